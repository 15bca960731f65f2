import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";
import { useFactorsChanged } from "./use-factors-changed";

/** Takes the authenticator app away, after asking. */
export function RemoveApp() {
  const confirmed = useConfirmed();
  const changed = useFactorsChanged();
  const [open, setOpen] = useState(false);
  const words = t.security.remove;
  const remove = useMutation({
    mutationFn: () => confirmed(() => api.delete("/me/authenticator")),
    onSuccess: async () => {
      setOpen(false);
      await changed();
    },
  });
  return (
    <>
      <Button kind="danger" small onClick={() => setOpen(true)}>
        {words.action}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={words.title}
        description={words.text}
      >
        <div className="grid gap-4">
          {remove.error && !(remove.error instanceof NotConfirmed) && (
            <InlineError error={remove.error} />
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t.common.cancel}</Button>
            <Button kind="danger" onClick={() => remove.mutate()} busy={remove.isPending}>
              {words.action}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
