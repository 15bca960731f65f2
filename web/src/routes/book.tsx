import { getRouteApi } from "@tanstack/react-router";
import { BookPage as Book } from "@/features/book/book-page";

const route = getRouteApi("/inside/books/$marketplace/$asin");

export function BookPage() {
  const { marketplace, asin } = route.useParams();
  return <Book key={`${marketplace} ${asin}`} marketplace={marketplace} asin={asin} />;
}
