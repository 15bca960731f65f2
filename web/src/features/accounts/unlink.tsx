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
  const words = wordsOf(card);
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {words.action}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={words.title}
        description={words.text}
      >
        <UnlinkForm card={card} onUnlinked={onUnlinked} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

/** Of an ended link there is only the library to forget. */
function wordsOf(card: AccountCard) {
  if (card.state === "revoked") {
    return {
      action: t.accounts.forget,
      title: t.accounts.forgetTitle(card.name),
      text: t.accounts.forgetLibraryHint,
      keep: t.accounts.keepIt,
    };
  }
  return {
    action: t.accounts.unlink,
    title: t.accounts.unlinkTitle(card.name),
    text: card.shared_device ? t.accounts.unlinkShared : t.accounts.unlinkText,
    keep: t.accounts.keepOpen,
  };
}

function UnlinkForm({ card, onUnlinked, onClose }: Props & { onClose: () => void }) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const words = wordsOf(card);
  const isUnlinked = card.state === "revoked";
  const [choices, setChoices] = useState<UnlinkChoices>({
    sign_out_shared: false,
    forget_library: isUnlinked,
  });
  const end = useMutation({
    mutationFn: () => confirmed(() => unlink(card.id, choices)),
    onSuccess: async (result) => {
      onClose();
      onUnlinked({ name: card.name, result, wasUnlinked: isUnlinked });
      await queries.invalidateQueries();
    },
  });
  return (
    <div className="grid gap-5">
      {card.shared_device && !isUnlinked && (
        <Checkbox
          label={t.accounts.alsoSignOut}
          hint={t.accounts.alsoSignOutHint}
          checked={choices.sign_out_shared}
          onChange={(event) => setChoices({ ...choices, sign_out_shared: event.target.checked })}
        />
      )}
      {!isUnlinked && (
        <Checkbox
          label={t.accounts.forgetLibrary}
          hint={choices.forget_library ? t.accounts.forgetLibraryHint : t.accounts.keepLibraryHint}
          checked={choices.forget_library}
          onChange={(event) => setChoices({ ...choices, forget_library: event.target.checked })}
        />
      )}
      {end.error && !(end.error instanceof NotConfirmed) && <InlineError error={end.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{words.keep}</Button>
        <Button kind="danger" onClick={() => end.mutate()} busy={end.isPending}>
          {words.action}
        </Button>
      </div>
    </div>
  );
}
