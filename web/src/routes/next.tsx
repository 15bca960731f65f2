import { t } from "@/strings";
import { Page } from "@/ui/page";

export function NextPage() {
  return <Page title={t.next.title}>{null}</Page>;
}
