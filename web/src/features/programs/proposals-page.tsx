import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { accountsQuery } from "@/api/account-queries";
import { api } from "@/api/client";
import type { OpenProposal } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { TextField } from "@/ui/field";
import { Page } from "@/ui/page";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { toast } from "@/ui/toast";
import { proposalsQuery } from "./queries";

/** Where a person decides on Audible accounts that programs proposed. */
export function ProposalsPage() {
  const { data, error, isFetching, refetch } = useQuery(proposalsQuery);
  const words = t.programs.proposals;
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="grid max-w-xl gap-6">
        {data ? (
          <>
            {data.items.length === 0 && <p>{words.none}</p>}
            {data.items.map((proposal) => (
              <Proposal key={proposal.id} proposal={proposal} />
            ))}
          </>
        ) : error ? (
          <ErrorState
            title={words.error}
            error={error}
            onRetry={() => void refetch()}
            busy={isFetching}
          />
        ) : (
          <Loading>
            <Skeleton className="h-60 rounded-2xl" />
          </Loading>
        )}
      </div>
    </Page>
  );
}

function Proposal({ proposal }: { proposal: OpenProposal }) {
  const [name, setName] = useState("");
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const words = t.programs.proposals;
  const path = `/link-proposals/${encodeURIComponent(proposal.id)}`;
  const done = (text: string) => {
    toast(text);
    void queries.invalidateQueries({ queryKey: proposalsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
  };
  const confirm = useMutation({
    mutationFn: () => confirmed(() => api.post(`${path}/confirm`, { name })),
    onSuccess: () => done(words.confirmed),
  });
  const refuse = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: () => done(words.refused),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  const error = confirm.error instanceof NotConfirmed ? undefined : confirm.error;
  const facts = [
    [words.by, proposal.program],
    [words.account, proposal.account_name],
    [words.email, proposal.masked_email],
    [words.store, proposal.marketplace.toUpperCase()],
  ];
  const notes = [
    proposal.already_linked && words.already,
    proposal.shared_device && words.shared,
    proposal.linked_elsewhere && words.elsewhere,
  ].filter((note) => note !== false);
  return (
    <Card>
      <form onSubmit={submit} className="grid gap-4">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          {facts.map(
            ([label, value]) =>
              value && (
                <div key={label} className="contents">
                  <dt className="text-muted">{label}</dt>
                  <dd className="break-words">{value}</dd>
                </div>
              ),
          )}
        </dl>
        {notes.map((note) => (
          <p key={note} className="text-muted">
            {note}
          </p>
        ))}
        <TextField
          label={words.name(proposal.account_name)}
          name="account-name"
          autoComplete="off"
          spellCheck={false}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {(error ?? refuse.error) && <InlineError error={error ?? refuse.error} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="primary" busy={confirm.isPending}>
            {words.confirm}
          </Button>
          <Button onClick={() => refuse.mutate()} busy={refuse.isPending}>
            {words.refuse}
          </Button>
        </div>
      </form>
    </Card>
  );
}
