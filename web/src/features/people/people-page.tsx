import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { meQuery } from "@/api/queries";
import { ForAdministrators } from "@/features/admin/admin-page";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { Page } from "@/ui/page";
import { ErrorState, Loading, Skeleton } from "@/ui/states";
import { InviteDialog } from "./invite-dialog";
import { InvitesCard } from "./invites-card";
import { LeavingRow, PersonRow } from "./person-row";
import { peopleQuery } from "./queries";

/** Who may use the server, for administrators. It shows nothing that belongs to anybody. */
export function PeoplePage() {
  const me = useQuery(meQuery).data;
  const [inviting, setInviting] = useState(false);
  if (me && !me.is_admin) {
    return (
      <Page title={t.people.title}>
        <ForAdministrators />
      </Page>
    );
  }
  return (
    <Page
      title={t.people.title}
      lead={t.people.lead}
      actions={
        <Button kind="primary" onClick={() => setInviting(true)}>
          <Icon name="plus" />
          {t.people.invite}
        </Button>
      }
    >
      <div className="grid max-w-3xl gap-6">
        <Everybody ownId={me?.id} />
        <InvitesCard />
      </div>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}

function Everybody({ ownId }: { ownId: string | undefined }) {
  const { data, error, isFetching, refetch } = useQuery(peopleQuery);
  if (error && !data) {
    return (
      <Card>
        <ErrorState
          small
          title={t.people.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      </Card>
    );
  }
  if (!data) {
    return (
      <Loading>
        <Skeleton className="h-40 rounded-2xl" />
      </Loading>
    );
  }
  return (
    <Card>
      <ul className="-my-3 divide-y divide-line">
        {data.items.map((person) =>
          person.state === "leaving" ? (
            <LeavingRow key={person.id} person={person} />
          ) : (
            <PersonRow key={person.id} person={person} isOwn={person.id === ownId} />
          ),
        )}
      </ul>
      {data.items.length === 1 && <p className="mt-6 text-muted">{t.people.onlyYou}</p>}
    </Card>
  );
}
