import type { BookPage as Book } from "@/api/types";
import { formatDate, formatLanguage, formatMinutes, formatNames } from "@/lib/format";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Icon } from "@/ui/icon";

/** The cover beside the facts, and the way to the store. */
export function BookHead({ book }: { book: Book }) {
  const { product } = book;
  return (
    <div className="grid gap-6 sm:grid-cols-[15rem_minmax(0,1fr)] sm:gap-8">
      <Cover
        src={product.cover}
        title={product.title}
        author={product.authors[0]?.name}
        size="large"
        eager
        className="w-60 max-w-full self-start"
      />
      <div className="min-w-0">
        {product.authors.length > 0 && (
          <p className="mb-4 font-serif text-xl">{t.book.by(formatNames(product.authors, 6))}</p>
        )}
        <dl
          className="grid max-w-xl grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2"
          aria-label={t.book.facts}
        >
          {factsOf(book).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <StoreLink url={book.store_url} />
      </div>
    </div>
  );
}

function factsOf({ product }: Book): [string, string][] {
  const facts: [string, string | undefined][] = [
    [t.book.narrators, formatNames(product.narrators, 6)],
    [t.book.length, formatMinutes(product.runtime_minutes ?? 0)],
    [t.book.language, product.language && formatLanguage(product.language)],
    [t.book.released, product.release_date && formatDate(product.release_date)],
    [t.book.publisher, product.publisher],
    [t.book.store, t.common.marketplaces[product.marketplace] ?? product.marketplace],
    [t.book.asin, product.asin],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

/** The way out of AudiPy, which says so. It hands over neither referrer nor window. */
function StoreLink({ url }: { url: string }) {
  if (!url.startsWith("https://")) return null;
  const host = new URL(url).hostname;
  return (
    <div className="mt-5">
      <a
        href={url}
        target="_blank"
        rel="noreferrer noopener"
        className={buttonClasses("secondary")}
      >
        {t.book.toStore(host.replace(/^www\./, ""))}
        <Icon name="external" className="size-4" />
      </a>
      <p className="mt-1.5 text-muted text-sm">{t.book.leaves(host)}</p>
    </div>
  );
}
