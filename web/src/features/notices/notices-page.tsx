import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { NoticeSettings } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { AddChannel } from "./add-channel";
import { CalendarPart } from "./calendar-part";
import { ChannelPart } from "./channel-part";
import { NoticeLine } from "./notice-line";
import { noticeSettingsQuery, noticesQuery } from "./queries";
import { TimesForm } from "./times-form";

/**
 * What the person was told, and where and when they are told what. Both come at
 * once: lists of unknown length would push what is below them.
 */
export function NoticesPage() {
  const comes = [useQuery(noticesQuery), useQuery(noticeSettingsQuery)].some(
    (query) => !query.isFetched,
  );
  return (
    <Page title={t.notices.title}>
      <div className="grid max-w-3xl gap-6">
        <Card>
          <SectionTitle>{t.notices.latest}</SectionTitle>
          {comes ? <Placeholder /> : <Latest />}
        </Card>
        {!comes && <SettingsPart />}
      </div>
    </Page>
  );
}

/** How many notices are shown at first. */
const few = 5;

function Latest() {
  const [isWhole, setWhole] = useState(false);
  const { data, error, isFetching, refetch } = useQuery(noticesQuery);
  if (data?.items.length === 0)
    return (
      <EmptyState icon="bell" title={t.notices.empty}>
        {t.notices.emptyLead}
      </EmptyState>
    );
  if (data)
    return (
      <>
        <ul className="divide-y divide-line">
          {data.items.slice(0, isWhole ? undefined : few).map((notice) => (
            <NoticeLine key={notice.id} notice={notice} />
          ))}
        </ul>
        {!isWhole && data.items.length > few && (
          <Button kind="quiet" onClick={() => setWhole(true)}>
            {t.notices.showAll(data.items.length)}
          </Button>
        )}
      </>
    );
  if (error)
    return (
      <ErrorState
        title={t.notices.error}
        error={error}
        onRetry={() => void refetch()}
        busy={isFetching}
      />
    );
  return <Placeholder />;
}

function SettingsPart() {
  const { data, error, isFetching, refetch } = useQuery(noticeSettingsQuery);
  if (data) return <Settings settings={data} />;
  return (
    <Card>
      <SectionTitle>{t.notices.where}</SectionTitle>
      {error ? (
        <ErrorState
          title={t.notices.settingsError}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <Placeholder />
      )}
    </Card>
  );
}

function Settings({ settings }: { settings: NoticeSettings }) {
  return (
    <>
      <Card>
        <SectionTitle>{t.notices.where}</SectionTitle>
        <p className="mb-4 text-muted">{t.notices.whereLead}</p>
        {!settings.enabled && (
          <p className="mb-4">
            {t.notices.off}{" "}
            <Link to="/settings" className="text-accent underline">
              {t.notices.toSettings}
            </Link>
          </p>
        )}
        <ul className="divide-y divide-line">
          {settings.channels.map((channel) => (
            <ChannelPart key={channel.id} channel={channel} settings={settings} />
          ))}
        </ul>
        <AddChannel />
      </Card>
      <Card>
        <SectionTitle>{t.notices.when}</SectionTitle>
        <TimesForm times={settings.times} />
      </Card>
      <Card>
        <SectionTitle>{t.notices.calendar}</SectionTitle>
        <CalendarPart since={settings.calendar_since} />
      </Card>
    </>
  );
}

function Placeholder() {
  return (
    <Loading>
      <Skeleton className="mb-3 h-16" />
      <Skeleton className="h-16" />
    </Loading>
  );
}
