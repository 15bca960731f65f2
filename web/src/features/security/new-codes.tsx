import { useMutation } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { NewRecoveryCodes } from "@/api/types";
import { RecoveryCodes } from "@/features/recovery/recovery-codes";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";
import { useFactorsChanged } from "./use-factors-changed";

/** Makes new recovery codes and shows them once. */
export function NewCodes() {
  const confirmed = useConfirmed();
  const changed = useFactorsChanged();
  const make = useMutation({
    mutationFn: () => confirmed(() => api.post<NewRecoveryCodes>("/me/recovery-codes")),
    onSuccess: changed,
  });
  const words = t.security.codes;
  return (
    <>
      <Button small onClick={() => make.mutate()} busy={make.isPending}>
        {words.renew}
      </Button>
      {make.error && !(make.error instanceof NotConfirmed) && <InlineError error={make.error} />}
      <Dialog
        open={make.data !== undefined}
        onClose={() => make.reset()}
        title={words.title}
        description={words.replaced}
      >
        {make.data && <RecoveryCodes codes={make.data.codes} onDone={() => make.reset()} />}
      </Dialog>
    </>
  );
}
