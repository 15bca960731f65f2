import { t } from "@/strings";
import { Page } from "@/ui/page";

export function NewLinkPage() {
  return <Page title={t.linking.title}>{null}</Page>;
}
