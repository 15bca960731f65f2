import { useQuery } from "@tanstack/react-query";
import { meQuery } from "@/api/queries";
import { t } from "@/strings";
import { Card, SectionTitle } from "@/ui/card";
import { Page } from "@/ui/page";
import { ErrorState, Loading, Skeleton } from "@/ui/states";
import { Appearance } from "./appearance";
import { ElsewhereCard } from "./elsewhere-card";
import { OwnData } from "./own-data";
import { PagesLanguage } from "./pages-language";
import { PreferencesForm } from "./preferences-form";
import { ProfileForm } from "./profile-form";
import { preferencesQuery } from "./queries";

/** Who one is, what one wants to listen to and pay, and how the pages look. */
export function SettingsPage() {
  const me = useQuery(meQuery).data;
  return (
    <Page title={t.settings.title}>
      <div className="grid max-w-2xl gap-6">
        {me && (
          <Card>
            <SectionTitle>{t.settings.profile}</SectionTitle>
            <ProfileForm key={me.name} me={me} />
          </Card>
        )}
        <Card>
          <SectionTitle>{t.settings.preferences}</SectionTitle>
          <PreferencesPart />
        </Card>
        <ElsewhereCard />
        <Card>
          <SectionTitle>{t.settings.appearance}</SectionTitle>
          <Appearance />
        </Card>
        <Card>
          <SectionTitle>{t.settings.pages}</SectionTitle>
          <PagesLanguage />
        </Card>
        <OwnData />
      </div>
    </Page>
  );
}

function PreferencesPart() {
  const { data, error, isFetching, refetch } = useQuery(preferencesQuery);
  if (data) return <PreferencesForm preferences={data} />;
  if (error)
    return (
      <ErrorState
        small
        title={t.settings.error}
        error={error}
        onRetry={() => void refetch()}
        busy={isFetching}
      />
    );
  return (
    <Loading>
      <div className="grid gap-5">
        {[1, 2, 3, 4].map((row) => (
          <Skeleton key={row} className="h-18" />
        ))}
      </div>
    </Loading>
  );
}
