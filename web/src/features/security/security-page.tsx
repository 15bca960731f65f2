import { t } from "@/strings";
import { Page } from "@/ui/page";
import { ActivityCard } from "./activity-card";
import { PasswordCard } from "./password-card";
import { SessionsCard } from "./sessions-card";

/** The password, where one is signed in, and what happened in one's name. */
export function SecurityPage() {
  return (
    <Page title={t.security.title}>
      <div className="grid max-w-3xl gap-6">
        <PasswordCard />
        <SessionsCard />
        <ActivityCard />
      </div>
    </Page>
  );
}
