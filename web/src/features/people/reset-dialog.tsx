import { useMutation } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { HousePerson } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";
import { ShownOnce } from "./shown-once";

/** Makes a link for a new password of somebody, and shows it. */
export function ResetDialog({ person, onClose }: { person: HousePerson; onClose: () => void }) {
  const confirmed = useConfirmed();
  const make = useMutation({
    mutationFn: () =>
      confirmed(() => api.post<{ path: string }>(`/admin/people/${person.id}/reset`)),
  });
  const refused = make.error instanceof NotConfirmed ? undefined : make.error;
  return (
    <Dialog
      key={make.data ? "ready" : "form"}
      open
      onClose={onClose}
      title={t.people.link.resetTitle(person.name || person.email)}
      description={t.people.link.resetText}
    >
      {make.data ? (
        <ShownOnce path={make.data.path} onDone={onClose} />
      ) : (
        <div className="grid gap-4">
          {refused && <InlineError error={refused} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t.common.cancel}</Button>
            <Button kind="primary" busy={make.isPending} onClick={() => make.mutate()}>
              {t.people.invites.make}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
