import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { makePasskey, PasskeyKnown, passkeysHere } from "@/api/passkeys";
import type { AddedPasskey } from "@/api/types";
import { passkeyText } from "@/features/enter/passkey-button";
import { RecoveryCodes } from "@/features/recovery/recovery-codes";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { browserName } from "./browser-name";
import { useFactorsChanged } from "./use-factors-changed";

/** Adds a passkey under a name; with the first factor the recovery codes follow. */
export function AddPasskey() {
  const [open, setOpen] = useState(false);
  const [codes, setCodes] = useState<string[]>();
  const changed = useFactorsChanged();
  const words = t.security.passkeys;
  const close = () => {
    setOpen(false);
    setCodes(undefined);
  };
  const done = ({ recovery_codes: fresh }: AddedPasskey) => {
    void changed();
    if (fresh.length > 0) setCodes(fresh);
    else close();
  };
  return (
    <>
      <Button small onClick={() => setOpen(true)} disabled={!passkeysHere()}>
        {words.add}
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={codes ? t.security.codes.title : words.addTitle}
        description={codes ? undefined : words.addLead}
      >
        {codes ? (
          <RecoveryCodes codes={codes} onDone={close} />
        ) : (
          <NameForm onDone={done} onCancel={close} />
        )}
      </Dialog>
    </>
  );
}

function NameForm({
  onDone,
  onCancel,
}: {
  onDone: (made: AddedPasskey) => void;
  onCancel: () => void;
}) {
  const confirmed = useConfirmed();
  const [name, setName] = useState(() => browserName(navigator.userAgent) ?? "");
  const words = t.security.passkeys;
  const add = useMutation({
    mutationFn: async () => {
      const credential = await confirmed(makePasskey);
      return api.post<AddedPasskey>("/me/passkeys", { credential, name });
    },
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const wrong = add.error instanceof PasskeyKnown ? words.known : passkeyText(add.error);
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={words.name}
        hint={words.nameHint}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.target.value)}
        autoComplete="off"
      />
      {add.error && !(add.error instanceof NotConfirmed) && <InlineError error={wrong} />}
      <div className="flex flex-row-reverse gap-2">
        <Button type="submit" kind="primary" busy={add.isPending}>
          {words.make}
        </Button>
        <Button onClick={onCancel}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
