import { useQuery } from "@tanstack/react-query";
import { meQuery } from "@/api/queries";
import type { AdminStatus } from "@/api/types";
import { formatCount, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Card, SectionTitle } from "@/ui/card";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { type Column, Table } from "@/ui/table";
import { statusQuery } from "./queries";

/** How the server is doing, for administrators. Nobody's library or tokens are to be seen here. */
export function AdminPage() {
  const me = useQuery(meQuery).data;
  return (
    <Page title={t.admin.title}>{me && !me.is_admin ? <ForAdministrators /> : <Status />}</Page>
  );
}

/** What somebody else reads in the place of a page for administrators. */
export function ForAdministrators() {
  return (
    <EmptyState icon="security" title={t.admin.forbiddenTitle}>
      {t.admin.forbiddenText}
    </EmptyState>
  );
}

function Status() {
  const { data, error, isFetching, refetch } = useQuery(statusQuery);
  if (error && !data) {
    return (
      <ErrorState
        title={t.admin.error}
        error={error}
        onRetry={() => void refetch()}
        busy={isFetching}
      />
    );
  }
  if (!data) {
    return (
      <Loading>
        <Skeleton className="mb-6 h-40 max-w-3xl rounded-2xl" />
        <Skeleton className="h-72 max-w-3xl rounded-2xl" />
      </Loading>
    );
  }
  const { budget } = data;
  return (
    <div className="grid max-w-3xl gap-6">
      <Card>
        <dl className="grid gap-4 sm:grid-cols-3">
          <Figure name={t.admin.version} value={data.version} />
          <Figure
            name={t.admin.database}
            value={t.admin.databases[data.database] ?? data.database}
          />
          <Figure
            name={t.admin.budget}
            value={t.accounts.budgetOf(
              formatCount(budget.instance.left_today),
              formatCount(budget.instance.daily),
            )}
            note={budget.instance.slowed ? t.admin.slowed : undefined}
          />
        </dl>
      </Card>
      <Card>
        <SectionTitle>{t.admin.backups.title}</SectionTitle>
        <Backups state={data.backups} />
      </Card>
      <Card>
        <SectionTitle>{t.admin.jobs}</SectionTitle>
        {data.jobs.length === 0 ? (
          <p>{t.admin.noJobs}</p>
        ) : (
          <Table
            label={t.admin.jobs}
            columns={columns}
            rows={data.jobs}
            rowKey={(job) => `${job.kind} ${job.key ?? ""}`}
          />
        )}
      </Card>
    </div>
  );
}

/** When a backup was last written, and last restored to see that it is good. */
function Backups({ state }: { state: AdminStatus["backups"] }) {
  const words = t.admin.backups;
  if (!state.enabled) return <p>{words.none}</p>;
  const when = (time: string | undefined) => (time ? formatRelative(time) : words.never);
  return (
    <>
      <dl className="grid gap-4 sm:grid-cols-2">
        <Figure name={words.written} value={when(state.written_at)} />
        <Figure
          name={words.tried}
          value={when(state.tried_at)}
          note={state.failed_at && words.failed(formatRelative(state.failed_at))}
        />
      </dl>
      <p className="mt-4 text-muted text-sm">{words.how}</p>
    </>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="font-semibold tabular-nums">
        {value}
        {note && <span className="block font-normal text-sm text-warn">{note}</span>}
      </dd>
    </div>
  );
}

const columns: Column<AdminStatus["jobs"][number]>[] = [
  { key: "kind", title: t.admin.job, cell: (job) => t.admin.jobKinds[job.kind] ?? job.kind },
  { key: "due", title: t.admin.due, cell: (job) => formatRelative(job.due_at) },
  { key: "state", title: t.admin.state, cell: (job) => t.admin.states[job.state] ?? job.state },
  {
    key: "attempts",
    title: t.admin.attempts,
    right: true,
    cell: (job) => formatCount(job.attempts),
  },
];
