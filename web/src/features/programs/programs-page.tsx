import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import type { Programs } from "@/api/types";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { Page } from "@/ui/page";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { ProgramLine } from "./program-line";
import { programsQuery } from "./queries";
import { TokenDialog } from "./token-dialog";

/** What works in the person's name: tokens made by hand, and devices that were let in. */
export function ProgramsPage() {
  const { data, error, isFetching, refetch } = useQuery(programsQuery);
  return (
    <Page
      title={t.programs.title}
      lead={t.programs.lead}
      actions={
        <Link to="/api-reference" className={buttonClasses()}>
          {t.programs.reference}
        </Link>
      }
    >
      {data ? (
        <div className="grid max-w-3xl gap-6">
          <Tokens programs={data} />
          <Devices programs={data} />
        </div>
      ) : error ? (
        <ErrorState
          title={t.programs.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <Loading>
          <div className="grid max-w-3xl gap-6">
            <Skeleton className="h-40 rounded-2xl" />
            <Skeleton className="h-40 rounded-2xl" />
          </div>
        </Loading>
      )}
    </Page>
  );
}

/** The way to end what is listed below a path. */
function useEnd(path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`${path}/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: programsQuery.queryKey }),
  });
}

function Tokens({ programs }: { programs: Programs }) {
  const [making, setMaking] = useState(false);
  const end = useEnd("/api-tokens");
  const words = t.programs.tokens;
  return (
    <Card>
      <SectionTitle aside={<Button onClick={() => setMaking(true)}>{words.make}</Button>}>
        {words.title}
      </SectionTitle>
      <p className="mb-2 text-muted">{words.lead}</p>
      {end.error && <InlineError error={end.error} />}
      {programs.tokens.length === 0 && <p>{words.none}</p>}
      <ul className="divide-y divide-line">
        {programs.tokens.map((token) => (
          <ProgramLine
            key={token.id}
            name={token.name}
            scopes={token.scopes}
            lastUsed={token.last_used_at}
            ends={token.expires_at}
            action={words.end}
            label={words.endLabel(token.name)}
            onEnd={() => end.mutate(token.id)}
            busy={end.isPending && end.variables === token.id}
          />
        ))}
      </ul>
      {making && <TokenDialog scopes={programs.scopes} onClose={() => setMaking(false)} />}
    </Card>
  );
}

function Devices({ programs }: { programs: Programs }) {
  const end = useEnd("/programs");
  const words = t.programs.devices;
  return (
    <Card>
      <SectionTitle
        aside={
          <Link to="/device" className={buttonClasses()}>
            {words.enter}
          </Link>
        }
      >
        {words.title}
      </SectionTitle>
      <p className="mb-2 text-muted">{words.lead}</p>
      {end.error && <InlineError error={end.error} />}
      {programs.devices.length === 0 && <p>{words.none}</p>}
      <ul className="divide-y divide-line">
        {programs.devices.map((device) => {
          const name = device.name || words.unnamed;
          return (
            <ProgramLine
              key={device.id}
              name={name}
              from={words.from(device.address)}
              scopes={device.scopes}
              lastUsed={device.last_used_at}
              ends={device.idle_until}
              action={words.end}
              label={words.endLabel(name)}
              onEnd={() => end.mutate(device.id)}
              busy={end.isPending && end.variables === device.id}
            />
          );
        })}
      </ul>
    </Card>
  );
}
