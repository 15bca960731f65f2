import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { Elsewhere } from "@/api/types";
import { formatCount, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { Checkbox, PasswordField, TextField } from "@/ui/field";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { toast } from "@/ui/toast";
import { elsewhereQuery, refreshAdvice } from "./queries";

/** The audiobookshelf server that says what the person has outside of Audible. */
export function ElsewhereCard() {
  const { data, error, isFetching, refetch } = useQuery(elsewhereQuery);
  const words = t.settings.elsewhere;
  return (
    <Card>
      <SectionTitle>{words.title}</SectionTitle>
      <p className="mb-4 text-muted">{words.lead}</p>
      {data ? (
        data.server ? (
          <Connected elsewhere={data} server={data.server} />
        ) : (
          <Connect />
        )
      ) : error ? (
        <ErrorState
          small
          title={words.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <Loading>
          <Skeleton className="h-24" />
        </Loading>
      )}
    </Card>
  );
}

/** Does something to the server and shows how things are then. */
function useAct<T>(act: (value: T) => Promise<unknown>, said?: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      if (said) toast(said);
      await queries.invalidateQueries({ queryKey: elsewhereQuery.queryKey });
      await refreshAdvice(queries);
    },
  });
}

function Connect() {
  const [wanted, setWanted] = useState({ url: "", key: "" });
  const words = t.settings.elsewhere;
  const connect = useAct(() => api.put("/elsewhere", wanted));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={words.address}
        hint={words.addressHint}
        type="url"
        required
        value={wanted.url}
        onChange={(event) => setWanted({ ...wanted, url: event.target.value.trim() })}
      />
      <PasswordField
        label={words.key}
        hint={words.keyHint}
        autoComplete="off"
        required
        value={wanted.key}
        onChange={(event) => setWanted({ ...wanted, key: event.target.value.trim() })}
      />
      {connect.error && <InlineError error={connect.error} />}
      <div>
        <Button type="submit" busy={connect.isPending}>
          {words.connect}
        </Button>
      </div>
    </form>
  );
}

type Props = { elsewhere: Elsewhere; server: NonNullable<Elsewhere["server"]> };

function Connected({ elsewhere, server }: Props) {
  const words = t.settings.elsewhere;
  const [likely, setLikely] = useState(server.count_likely);
  const apply = useAct(() => api.post("/elsewhere/apply", { count_likely: likely }), words.applied);
  const read = useAct(() => api.post("/elsewhere/read"));
  const disconnect = useAct(() => api.delete("/elsewhere"), words.disconnected);
  const refused = apply.error ?? read.error ?? disconnect.error;
  const isApplied = server.applied_at !== undefined;
  return (
    <div className="grid gap-4">
      <p className="break-words">
        <strong className="font-medium">{server.host}</strong>
        <span className="text-muted">
          {" · "}
          {server.read_at ? words.readAt(formatRelative(server.read_at)) : words.never}
        </span>
      </p>
      <p role="status" className="text-muted text-sm empty:hidden">
        {server.reading && words.reading}
      </p>
      {server.failure && <InlineError error={words.failed(server.failure)} />}
      {server.read_at && (
        <Found elsewhere={elsewhere} server={server} likely={likely} onLikely={setLikely} />
      )}
      {refused && <InlineError error={refused} />}
      <div className="flex flex-wrap gap-2">
        {server.read_at && (!isApplied || likely !== server.count_likely) && (
          <Button kind="primary" onClick={() => apply.mutate(undefined)} busy={apply.isPending}>
            {isApplied ? words.save : words.apply}
          </Button>
        )}
        <Button
          onClick={() => read.mutate(undefined)}
          busy={read.isPending}
          disabled={server.reading}
        >
          {words.read}
        </Button>
        <Button
          kind="quiet"
          onClick={() => disconnect.mutate(undefined)}
          busy={disconnect.isPending}
        >
          {words.disconnect}
        </Button>
      </div>
    </div>
  );
}

type FoundProps = Props & { likely: boolean; onLikely: (likely: boolean) => void };

/** What of the server is a work of the catalogue, and how surely. */
function Found({ elsewhere, server, likely, onLikely }: FoundProps) {
  const words = t.settings.elsewhere;
  const counted = elsewhere.sure + (server.count_likely ? elsewhere.likely : 0);
  return (
    <>
      <p>
        {words.titles(
          formatCount(elsewhere.titles),
          formatCount(elsewhere.in_library),
          formatCount(elsewhere.unknown),
        )}{" "}
        {server.applied_at
          ? words.counts(formatCount(counted))
          : words.found(formatCount(elsewhere.sure), formatCount(elsewhere.likely))}
      </p>
      {elsewhere.likely > 0 && (
        <Checkbox
          label={words.likely(formatCount(elsewhere.likely))}
          checked={likely}
          onChange={(event) => onLikely(event.target.checked)}
        />
      )}
      {elsewhere.matches.length > 0 && (
        <details>
          <summary className="min-h-9 cursor-pointer py-1.5 font-medium text-accent text-sm">
            {words.show}
          </summary>
          <ul className="divide-y divide-line">
            {elsewhere.matches.map((match) => (
              <li
                key={`${match.marketplace} ${match.asin} ${match.title}`}
                className="py-2 text-sm"
              >
                <p className="break-words font-medium">{match.product || match.title}</p>
                <p className="break-words text-muted">
                  {[match.title, match.author, words.by[match.confidence]]
                    .filter(Boolean)
                    .join(" · ")}
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
