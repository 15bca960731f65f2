import { t } from "@/strings";
import { Page } from "@/ui/page";
import { ActivityCard } from "./activity-card";
import { FactorsCard } from "./factors-card";
import { PasswordCard } from "./password-card";
import { SessionsCard } from "./sessions-card";
import { SignInsCard } from "./sign-ins-card";

/** The password, what is asked for beside it, where one is signed in, and what happened in one's name. */
export function SecurityPage() {
  return (
    <Page title={t.security.title}>
      <div className="grid max-w-3xl gap-6">
        <PasswordCard />
        <FactorsCard />
        <SignInsCard />
        <SessionsCard />
        <ActivityCard />
      </div>
    </Page>
  );
}
