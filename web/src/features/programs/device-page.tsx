import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { DeviceRequest } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Card } from "@/ui/card";
import { TextField } from "@/ui/field";
import { Page } from "@/ui/page";
import { InlineError } from "@/ui/states";
import { programsQuery } from "./queries";
import { ScopeList } from "./scope-list";

/** Where a person lets a program in that shows a code. */
export function DevicePage() {
  // The code may stand behind #, which browsers send to nobody. It only fills the field.
  const [code, setCode] = useState(useLocation({ select: (location) => location.hash }));
  const [outcome, setOutcome] = useState<string>();
  const confirmed = useConfirmed();
  const find = useMutation({
    mutationFn: () =>
      confirmed(() => api.post<DeviceRequest>("/device-requests/find", { user_code: code })),
  });
  const words = t.programs.device;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    find.mutate();
  };
  return (
    <Page title={words.title} lead={words.lead}>
      <Card className="max-w-xl">
        {outcome ? (
          <div className="grid justify-items-start gap-4">
            <p role="status">{outcome}</p>
            <Link to="/programs" className={buttonClasses()}>
              {words.toPrograms}
            </Link>
          </div>
        ) : find.data ? (
          <Decision request={find.data} code={code} onDone={setOutcome} />
        ) : (
          <form onSubmit={submit} className="grid gap-4">
            <TextField
              label={words.code}
              hint={words.codeHint}
              name="user-code"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              required
              maxLength={32}
              className="font-mono uppercase tracking-widest"
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
            {find.error && !(find.error instanceof NotConfirmed) && (
              <InlineError error={find.error} />
            )}
            <Button type="submit" kind="primary" busy={find.isPending}>
              {words.next}
            </Button>
          </form>
        )}
      </Card>
    </Page>
  );
}

type DecisionProps = { request: DeviceRequest; code: string; onDone: (outcome: string) => void };

function Decision({ request, code, onDone }: DecisionProps) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const words = t.programs.device;
  const decide = useMutation({
    mutationFn: (approve: boolean) =>
      confirmed(() => api.post("/device-requests/decide", { user_code: code, approve })),
    onSuccess: (_, approve) => {
      void queries.invalidateQueries({ queryKey: programsQuery.queryKey });
      onDone(approve ? words.approved : words.refused);
    },
  });
  return (
    <div className="grid gap-4">
      <h2 className="font-semibold text-xl">{words.asksTitle(request.client)}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-muted">{words.asks}</dt>
        <dd className="break-words">{request.name || t.programs.devices.unnamed}</dd>
        <dt className="text-muted">{words.where}</dt>
        <dd className="break-words">{request.address}</dd>
        <dt className="text-muted">{words.when}</dt>
        <dd>{formatRelative(request.asked_at)}</dd>
        <dt className="text-muted">{words.may}</dt>
        <dd>
          <ScopeList scopes={request.scopes} />
        </dd>
      </dl>
      <p className="text-muted">{words.long(request.days)}</p>
      <p className="font-medium">{words.warn}</p>
      {decide.error && !(decide.error instanceof NotConfirmed) && (
        <InlineError error={decide.error} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          onClick={() => decide.mutate(true)}
          busy={decide.isPending && decide.variables}
        >
          {words.approve}
        </Button>
        <Button onClick={() => decide.mutate(false)} busy={decide.isPending && !decide.variables}>
          {words.refuse}
        </Button>
      </div>
    </div>
  );
}
