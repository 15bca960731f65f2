import { t } from "@/strings";
import { Page } from "@/ui/page";

export function AccountsPage() {
  return <Page title={t.accounts.title}>{null}</Page>;
}
