import { t } from "@/strings";
import { Page } from "@/ui/page";

export function BookPage() {
  return <Page title={t.book.title}>{null}</Page>;
}
