import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccountCard } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { type UnlinkChoices, unlink } from "./queries";
import type { UnlinkedAccount } from "./unlinked-note";

type Props = { card: AccountCard; onUnlinked: (unlinked: UnlinkedAccount) => void };

/** The button that ends a link, and the dialog that says what goes with it. */
export function Unlink({ card, onUnlinked }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {t.accounts.unlink}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t.accounts.unlinkTitle(card.name)}
        description={card.shared_device ? t.accounts.unlinkShared : t.accounts.unlinkText}
      >
        <UnlinkForm card={card} onUnlinked={onUnlinked} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function UnlinkForm({ card, onUnlinked, onClose }: Props & { onClose: () => void }) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const [choices, setChoices] = useState<UnlinkChoices>({
    sign_out_shared: false,
    forget_library: false,
  });
  const end = useMutation({
    mutationFn: () => confirmed(() => unlink(card.id, choices)),
    onSuccess: async (result) => {
      onClose();
      onUnlinked({ name: card.name, result });
      await queries.invalidateQueries();
    },
  });
  return (
    <div className="grid gap-5">
      {card.shared_device && (
        <Checkbox
          label={t.accounts.alsoSignOut}
          hint={t.accounts.alsoSignOutHint}
          checked={choices.sign_out_shared}
          onChange={(event) => setChoices({ ...choices, sign_out_shared: event.target.checked })}
        />
      )}
      <Checkbox
        label={t.accounts.forgetLibrary}
        hint={choices.forget_library ? t.accounts.forgetLibraryHint : t.accounts.keepLibraryHint}
        checked={choices.forget_library}
        onChange={(event) => setChoices({ ...choices, forget_library: event.target.checked })}
      />
      {end.error && !(end.error instanceof NotConfirmed) && <InlineError error={end.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t.accounts.keepOpen}</Button>
        <Button kind="danger" onClick={() => end.mutate()} busy={end.isPending}>
          {t.accounts.unlink}
        </Button>
      </div>
    </div>
  );
}
