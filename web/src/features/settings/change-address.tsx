import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";

/** The button that asks for another address to sign in with, and its form. */
export function ChangeAddress() {
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState("");
  const confirmed = useConfirmed();
  const words = t.settings.address;
  const ask = useMutation({
    mutationFn: () => confirmed(() => api.post("/me/address", { email: email.trim() })),
  });
  const close = () => {
    setOpen(false);
    setEmail("");
    ask.reset();
  };
  const refused = ask.error instanceof NotConfirmed ? undefined : ask.error;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{words.change}</Button>
      <Dialog
        open={open}
        onClose={close}
        title={words.title}
        description={ask.isSuccess ? words.sent : words.lead}
      >
        {ask.isSuccess ? (
          <div className="flex justify-end">
            <Button kind="primary" onClick={close}>
              {t.notices.done}
            </Button>
          </div>
        ) : (
          <div className="grid gap-4">
            <TextField
              label={words.field}
              type="email"
              autoComplete="email"
              autoCapitalize="none"
              spellCheck={false}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
            {refused && <InlineError error={refused} />}
            <div className="flex justify-end gap-2">
              <Button onClick={close}>{t.common.cancel}</Button>
              <Button
                kind="primary"
                busy={ask.isPending}
                disabled={!email.includes("@")}
                onClick={() => ask.mutate()}
              >
                {words.send}
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  );
}
