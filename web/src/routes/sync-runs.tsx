import { t } from "@/strings";
import { Page } from "@/ui/page";

export function SyncRunsPage() {
  return <Page title={t.syncs.title}>{null}</Page>;
}
