import { t } from "@/strings";
import { Page } from "@/ui/page";

export function SignInPage() {
  return <Page title={t.enter.signIn.title}>{null}</Page>;
}
