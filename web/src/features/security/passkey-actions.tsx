import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { Passkey } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { factorsQuery } from "./queries";
import { useFactorsChanged } from "./use-factors-changed";

/** What can be done about a passkey: another name, or its end. */
export function PasskeyActions({ passkey }: { passkey: Passkey }) {
  const [open, setOpen] = useState<"rename" | "remove">();
  const words = t.security.passkeys;
  const close = () => setOpen(undefined);
  return (
    <div className="flex gap-2">
      <Button
        small
        kind="quiet"
        onClick={() => setOpen("rename")}
        aria-label={words.renameLabel(passkey.name)}
      >
        {words.rename}
      </Button>
      <Button
        small
        kind="quiet"
        onClick={() => setOpen("remove")}
        aria-label={words.removeLabel(passkey.name)}
      >
        {words.remove}
      </Button>
      <Dialog open={open === "rename"} onClose={close} title={words.renameTitle}>
        <Rename passkey={passkey} onDone={close} />
      </Dialog>
      <Dialog
        open={open === "remove"}
        onClose={close}
        title={words.removeTitle(passkey.name)}
        description={words.removeText}
      >
        <Remove passkey={passkey} onDone={close} />
      </Dialog>
    </div>
  );
}

type Props = { passkey: Passkey; onDone: () => void };

function Rename({ passkey, onDone }: Props) {
  const queries = useQueryClient();
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () => api.patch(`/me/passkeys/${encodeURIComponent(passkey.id)}`, { name }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: factorsQuery.queryKey });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={t.security.passkeys.name}
        value={name}
        maxLength={100}
        required
        onChange={(event) => setName(event.target.value)}
        autoComplete="off"
      />
      {rename.error && <InlineError error={rename.error} />}
      <div className="flex flex-row-reverse gap-2">
        <Button type="submit" kind="primary" busy={rename.isPending}>
          {t.security.passkeys.rename}
        </Button>
        <Button onClick={onDone}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}

function Remove({ passkey, onDone }: Props) {
  const confirmed = useConfirmed();
  const changed = useFactorsChanged();
  const remove = useMutation({
    mutationFn: () => confirmed(() => api.delete(`/me/passkeys/${encodeURIComponent(passkey.id)}`)),
    onSuccess: async () => {
      onDone();
      await changed();
    },
  });
  return (
    <div className="grid gap-4">
      {remove.error && !(remove.error instanceof NotConfirmed) && (
        <InlineError error={remove.error} />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t.common.cancel}</Button>
        <Button kind="danger" onClick={() => remove.mutate()} busy={remove.isPending}>
          {t.security.passkeys.remove}
        </Button>
      </div>
    </div>
  );
}
