import { t } from "@/strings";
import { Page } from "@/ui/page";

export function LinkPage() {
  return <Page title={t.linking.title}>{null}</Page>;
}
