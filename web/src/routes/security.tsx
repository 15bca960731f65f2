import { t } from "@/strings";
import { Page } from "@/ui/page";

export function SecurityPage() {
  return <Page title={t.security.title}>{null}</Page>;
}
