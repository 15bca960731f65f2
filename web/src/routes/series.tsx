import { t } from "@/strings";
import { Page } from "@/ui/page";

export function SeriesPage() {
  return <Page title={t.series.title}>{null}</Page>;
}
