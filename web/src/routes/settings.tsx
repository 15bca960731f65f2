import { t } from "@/strings";
import { Page } from "@/ui/page";

export function SettingsPage() {
  return <Page title={t.settings.title}>{null}</Page>;
}
