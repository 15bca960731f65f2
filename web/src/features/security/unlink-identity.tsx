import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { Identity } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";
import { waysInQuery } from "./queries";
import { useFactorsChanged } from "./use-factors-changed";

/** Takes an account at another service away as a way in. */
export function UnlinkIdentity({ identity }: { identity: Identity }) {
  const [open, setOpen] = useState(false);
  const words = t.security.signIns;
  const close = () => setOpen(false);
  return (
    <>
      <Button
        small
        kind="quiet"
        onClick={() => setOpen(true)}
        aria-label={words.unlinkLabel(identity.label, identity.provider)}
      >
        {words.unlink}
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={words.unlinkTitle(identity.provider)}
        description={words.unlinkText}
      >
        <Ask identity={identity} onDone={close} />
      </Dialog>
    </>
  );
}

function Ask({ identity, onDone }: { identity: Identity; onDone: () => void }) {
  const confirmed = useConfirmed();
  const changed = useFactorsChanged();
  const queries = useQueryClient();
  const unlink = useMutation({
    mutationFn: () =>
      confirmed(() => api.delete(`/me/identities/${encodeURIComponent(identity.id)}`)),
    onSuccess: async () => {
      onDone();
      await Promise.all([changed(), queries.invalidateQueries({ queryKey: waysInQuery.queryKey })]);
    },
  });
  return (
    <div className="grid gap-4">
      {unlink.error && !(unlink.error instanceof NotConfirmed) && (
        <InlineError error={unlink.error} />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t.common.cancel}</Button>
        <Button kind="danger" onClick={() => unlink.mutate()} busy={unlink.isPending}>
          {t.security.signIns.unlink}
        </Button>
      </div>
    </div>
  );
}
