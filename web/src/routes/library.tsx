import { t } from "@/strings";
import { Page } from "@/ui/page";

export function LibraryPage() {
  return <Page title={t.library.title}>{null}</Page>;
}
