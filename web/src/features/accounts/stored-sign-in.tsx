import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { applyAccount } from "@/api/live-cache";
import type { AccountCard } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { formatDate, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox, PasswordField, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { forgetPassword, forgetSeed, storePassword, storeSeed } from "./queries";

type Props = { card: AccountCard };

/** What is kept of the owner's sign-in at Amazon, and the two choices to keep something. */
export function StoredSignIn({ card }: Props) {
  const stored = card.stored_sign_in;
  if (!stored) return null;
  const words = t.accounts.stored;
  return (
    <div>
      <h3 className="mb-3 font-semibold text-lg">{words.title}</h3>
      <p className="max-w-prose text-muted">{words.lead}</p>
      {stored.stopped && (
        <p className="mt-2 max-w-prose text-warn">{words.stopped[stored.stopped]}</p>
      )}
      <ul className="mt-3 grid gap-3">
        <Kept
          what={words.password}
          at={stored.password_at}
          used={stored.used_at}
          forget={words.forgetPassword}
          onForget={() => forgetPassword(card.id)}
        >
          <Keep card={card} what="password" />
        </Kept>
        {stored.password_at && (
          <Kept
            what={words.seed}
            at={stored.seed_at}
            forget={words.forgetSeed}
            onForget={() => forgetSeed(card.id)}
          >
            <Keep card={card} what="seed" />
          </Kept>
        )}
      </ul>
    </div>
  );
}

type KeptProps = {
  what: string;
  at: string | undefined;
  used?: string | undefined;
  forget: string;
  onForget: () => Promise<AccountCard>;
  children: ReactNode;
};

/** One thing that can be kept: since when it is, with the button that deletes it, or the way to keep it. */
function Kept({ what, at, used, forget, onForget, children }: KeptProps) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: onForget,
    onSuccess: (card) => applyAccount(queries, card),
  });
  const words = t.accounts.stored;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        {what}
        <span className="block text-muted text-sm">
          {at ? words.since(formatDate(at)) : words.notKept}
          {at && used && ` · ${words.used(formatRelative(used))}`}
        </span>
      </div>
      {at ? (
        <Button
          small
          kind="danger"
          aria-label={forget}
          onClick={() => end.mutate()}
          busy={end.isPending}
        >
          {words.forget}
        </Button>
      ) : (
        children
      )}
      {end.error && <InlineError error={end.error} />}
    </li>
  );
}

/** The button that keeps something, and the dialog that says first what that means. */
function Keep({ card, what }: Props & { what: "password" | "seed" }) {
  const [open, setOpen] = useState(false);
  const words = what === "seed" ? t.accounts.stored.keepSeed : t.accounts.stored.keepPassword;
  return (
    <>
      <Button small onClick={() => setOpen(true)}>
        {words.action}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={words.title}
        description={words.text}
      >
        {what === "seed" ? (
          <SeedForm card={card} onClose={() => setOpen(false)} />
        ) : (
          <PasswordForm card={card} onClose={() => setOpen(false)} />
        )}
      </Dialog>
    </>
  );
}

type FormProps = Props & { onClose: () => void };

/** Sends what is to be kept, once the person has confirmed who they are. */
function useKeep(send: () => Promise<AccountCard>, onClose: () => void) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () => confirmed(send),
    onSuccess: (fresh) => {
      applyAccount(queries, fresh);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate();
  };
  return { keep, submit };
}

function PasswordForm({ card, onClose }: FormProps) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [understood, setUnderstood] = useState(false);
  const words = t.accounts.stored;
  const { keep, submit } = useKeep(
    () => storePassword(card.id, { login, password, understood }),
    onClose,
  );
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={words.login}
        required
        maxLength={1024}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={login}
        onChange={(event) => setLogin(event.target.value)}
      />
      <PasswordField
        label={words.password}
        required
        maxLength={1024}
        autoComplete="off"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Checkbox
        label={words.keepPassword.understood}
        checked={understood}
        onChange={(event) => setUnderstood(event.target.checked)}
      />
      <End error={keep.error} busy={keep.isPending} ready={understood} onClose={onClose} />
    </form>
  );
}

function SeedForm({ card, onClose }: FormProps) {
  const [seed, setSeed] = useState("");
  const [understood, setUnderstood] = useState(false);
  const words = t.accounts.stored;
  const { keep, submit } = useKeep(() => storeSeed(card.id, { seed, understood }), onClose);
  return (
    <form onSubmit={submit} className="grid gap-4">
      <PasswordField
        label={words.seed}
        hint={words.seedHint}
        required
        maxLength={1024}
        autoComplete="off"
        value={seed}
        onChange={(event) => setSeed(event.target.value)}
      />
      <Checkbox
        label={words.keepSeed.understood}
        checked={understood}
        onChange={(event) => setUnderstood(event.target.checked)}
      />
      <End error={keep.error} busy={keep.isPending} ready={understood} onClose={onClose} />
    </form>
  );
}

type EndProps = { error: Error | null; busy: boolean; ready: boolean; onClose: () => void };

function End({ error, busy, ready, onClose }: EndProps) {
  return (
    <>
      {error && !(error instanceof NotConfirmed) && <InlineError error={error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button kind="primary" type="submit" disabled={!ready} busy={busy}>
          {t.accounts.stored.keep}
        </Button>
      </div>
    </>
  );
}
