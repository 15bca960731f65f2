import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { meQuery, serverQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { PasswordField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { waysInQuery } from "./queries";

const empty = { current: "", next: "" };

/** Changes the password, which ends every other session. */
export function PasswordCard() {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const least = useQuery(serverQuery).data?.password_min ?? 15;
  // Who registered by another service has none yet.
  const none = useQuery(waysInQuery).data?.has_password === false;
  const [typed, setTyped] = useState(empty);
  const [short, setShort] = useState(false);
  const change = useMutation({
    // The server takes bytes as they come, so one spelling is sent for what looks the same.
    mutationFn: () =>
      confirmed(() =>
        api.put<Me>("/me/password", {
          current: typed.current.normalize(),
          next: typed.next.normalize(),
        }),
      ),
    onSuccess: async (me) => {
      setTyped(empty);
      queries.setQueryData(meQuery.queryKey, me);
      await Promise.all(
        ["sessions", "activity", "ways-in"].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tooShort = [...typed.next].length < least;
    setShort(tooShort);
    if (!tooShort) change.mutate();
  };
  const wrong = hasCode(change.error, "invalid_credentials");
  return (
    <Card>
      <SectionTitle>{t.security.password}</SectionTitle>
      <form onSubmit={submit} className="grid max-w-md gap-5">
        <p className="text-muted">{none ? t.security.noPassword : t.security.passwordLead}</p>
        {!none && (
          <PasswordField
            label={t.security.current}
            value={typed.current}
            onChange={(event) => setTyped({ ...typed, current: event.target.value })}
            error={wrong ? t.security.wrong : undefined}
            autoComplete="current-password"
            required
          />
        )}
        <PasswordField
          label={t.security.next}
          value={typed.next}
          onChange={(event) => setTyped({ ...typed, next: event.target.value })}
          hint={t.security.nextHint(least)}
          error={short ? t.security.tooShort(least) : undefined}
          autoComplete="new-password"
          required
        />
        {change.error && !wrong && !(change.error instanceof NotConfirmed) && (
          <InlineError error={change.error} />
        )}
        <div className="flex flex-wrap items-center gap-4">
          <Button type="submit" busy={change.isPending}>
            {none ? t.security.setPassword : t.security.change}
          </Button>
          <p role="status" className="text-good">
            {change.isSuccess && t.security.changed}
          </p>
        </div>
      </form>
    </Card>
  );
}
