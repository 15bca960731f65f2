import { t } from "@/strings";
import { Page } from "@/ui/page";

export function ForgotPasswordPage() {
  return <Page title={t.enter.forgot.title}>{null}</Page>;
}
