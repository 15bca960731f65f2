import { t } from "@/strings";
import { Page } from "@/ui/page";

export function HomePage() {
  return <Page title={t.home.title}>{null}</Page>;
}
