import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { NewInvite } from "@/api/types";
import { fieldErrors } from "@/features/enter/field-errors";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { invitesQuery } from "./queries";
import { ShownOnce } from "./shown-once";

/** Makes an invite and shows its link. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState("");
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      confirmed(() =>
        api.post<NewInvite>("/admin/invites", email.trim() === "" ? {} : { email: email.trim() }),
      ),
  });
  // The list behind the dialog changes when the dialog goes, so that nothing jumps.
  const close = () => {
    void queries.invalidateQueries({ queryKey: invitesQuery.queryKey });
    onClose();
  };
  const words = t.people.invites;
  const errors = fieldErrors(make.error);
  const refused = make.error instanceof NotConfirmed || errors.email ? undefined : make.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog
      key={make.data ? "ready" : "form"}
      open
      onClose={close}
      title={make.data ? words.readyTitle : words.newTitle}
      description={make.data ? words.readyText : words.newText}
    >
      {make.data ? (
        <ShownOnce path={make.data.path} onDone={close} />
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <TextField
            label={words.email}
            hint={words.emailHint}
            type="email"
            name="invite-email"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={email}
            error={errors.email}
            onChange={(event) => setEmail(event.target.value)}
          />
          {refused && <InlineError error={refused} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t.common.cancel}</Button>
            <Button type="submit" kind="primary" busy={make.isPending}>
              {words.make}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
