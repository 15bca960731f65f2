package audiblesim

import (
	"math"
	"strconv"
)

// ratingColumns are what customers think. reviews also fills rating, as in the
// catalogue sample, which was asked for reviews and not for rating.
func ratingColumns() []column {
	return []column{
		{"rating", "rating reviews", appendRating},
		{"provided_review", "provided_review", func(dst []byte, v *view) []byte {
			// Only together with rating (protocol 9.1).
			if !v.rated || v.entry == nil || v.entry.finished == 0 || v.t.hash()%4 != 0 {
				return null(dst)
			}
			return appendReview(dst, v, 0)
		}},
		{"customer_reviews", "reviews", func(dst []byte, v *view) []byte {
			if v.reviews == 0 || !v.isOut() {
				return null(dst)
			}
			return appendReviews(dst, v, min(v.reviews, v.reviewCount()))
		}},
	}
}

// stars are how often a title got one to five stars.
type stars [5]int64

// stars follow from the title; a book that is not out has none.
func (v *view) stars(kind uint64) stars {
	var s stars
	if !v.isOut() {
		return s
	}
	d := newDice(v.t.hash(), kind)
	total := 3 + d.below(40)*d.below(60)
	s[4] = int64(total * d.between(45, 85) / 100)
	s[3] = (int64(total) - s[4]) * 6 / 10
	s[2] = (int64(total) - s[4]) / 5
	s[1] = (int64(total) - s[4]) / 10
	s[0] = s[1] / 2
	return s
}

// count is how many people rated.
func (s stars) count() int64 { return s[0] + s[1] + s[2] + s[3] + s[4] }

// average is from 1 to 5, or 0 when nobody rated.
func (s stars) average() float64 {
	if s.count() == 0 {
		return 0
	}
	return float64(s[0]+2*s[1]+3*s[2]+4*s[3]+5*s[4]) / float64(s.count())
}

// reviewCount is how many reviews the title has.
func (v *view) reviewCount() int { return int(v.stars(0).count() / 9) }

// appendRating writes the three distributions: of the whole, of the
// performance and of the story. A book that is not out has zeros, not null
// (samples).
func appendRating(dst []byte, v *view) []byte {
	dst = appendInt(append(dst, `{"num_reviews":`...), int64(v.reviewCount()))
	dst = appendDistribution(append(dst, `,"overall_distribution":`...), v.stars(0))
	dst = appendDistribution(append(dst, `,"performance_distribution":`...), v.stars(1))
	return append(appendDistribution(append(dst, `,"story_distribution":`...), v.stars(2)), '}')
}

// appendDistribution writes the average as a number, as a text with one digit
// and in half stars, as recorded.
func appendDistribution(dst []byte, s stars) []byte {
	average := s.average()
	dst = appendFloat(append(dst, `{"average_rating":`...), average)
	dst = strconv.AppendFloat(append(dst, `,"display_average_rating":"`...), average, 'f', 1, 64)
	dst = appendFloat(append(dst, `","display_stars":`...), math.Round(average*2)/2)
	dst = appendInt(append(dst, `,"num_five_star_ratings":`...), s[4])
	dst = appendInt(append(dst, `,"num_four_star_ratings":`...), s[3])
	dst = appendInt(append(dst, `,"num_one_star_ratings":`...), s[0])
	dst = appendInt(append(dst, `,"num_ratings":`...), s.count())
	dst = appendInt(append(dst, `,"num_three_star_ratings":`...), s[2])
	return append(appendInt(append(dst, `,"num_two_star_ratings":`...), s[1]), '}')
}

// appendReviews writes n reviews in an array.
func appendReviews(dst []byte, v *view, n int) []byte {
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendReview(dst, v, i+1)
	}
	return append(dst, ']')
}

// appendReview writes the n-th review of the title.
func appendReview(dst []byte, v *view, n int) []byte {
	d := newDice(v.t.hash(), 7, uint64(n))
	words := v.c.languages[v.t.language].words
	rating := strconv.Itoa(3 + d.below(3))
	dst = appendText(append(dst, `{"asin":`...), v.t.asin)
	dst = appendText(append(dst, `,"author_id":`...), "amzn1.account.SIMULATED"+strconv.Itoa(d.below(1e6)))
	dst = appendText(append(dst, `,"author_name":`...), d.pick(words.given))
	dst = appendText(append(dst, `,"body":`...), d.pick(words.sentences))
	dst = append(dst, `,"format":"Freeform","guided_responses":[],"id":`...)
	dst = appendText(dst, "R"+strconv.FormatUint(d.next(), 36))
	dst = append(dst, `,"ratings":{"overall_rating":`+rating+`,"performance_rating":`+rating+`,"story_rating":`+rating+`}`...)
	dst = append(dst, `,"review_content_scores":{"content_quality":80,"num_helpful_votes":3,"num_unhelpful_votes":0}`...)
	at := (int64(v.t.released) + int64(d.between(3, 90))) * daySeconds * 1000
	dst = appendSeconds(append(dst, `,"submission_date":`...), at)
	return append(appendText(append(dst, `,"title":`...), d.pick(words.endings)), '}')
}
