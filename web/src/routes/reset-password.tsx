import { t } from "@/strings";
import { Page } from "@/ui/page";

export function ResetPasswordPage() {
  return <Page title={t.enter.reset.title}>{null}</Page>;
}
