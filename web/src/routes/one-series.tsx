import { t } from "@/strings";
import { Page } from "@/ui/page";

export function OneSeriesPage() {
  return <Page title={t.series.title}>{null}</Page>;
}
