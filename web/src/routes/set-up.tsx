import { t } from "@/strings";
import { Page } from "@/ui/page";

export function SetUpPage() {
  return <Page title={t.enter.setUp.title}>{null}</Page>;
}
