import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { meQuery } from "@/api/queries";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";

/** Ends every session, this one too. */
export function EndAll() {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const router = useRouter();
  const end = useMutation({
    mutationFn: () => api.post("/sessions/end-all"),
    onSuccess: async () => {
      queries.clear();
      queries.setQueryData(meQuery.queryKey, null);
      await router.navigate({ to: "/sign-in" });
    },
  });
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {t.security.endAll}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t.security.endAllTitle}
        description={t.security.endAllText}
      >
        <div className="grid gap-4">
          {end.error && <InlineError error={end.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t.common.cancel}</Button>
            <Button kind="danger" onClick={() => end.mutate()} busy={end.isPending}>
              {t.security.endAll}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
