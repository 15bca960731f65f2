import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import type { SecondFactor, SignedIn } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { CodeField } from "./code-field";
import { PasskeyButton } from "./passkey-button";

type Props = { owed: SecondFactor; onDone: (answer: SignedIn) => void; onBack: () => void };

/** What the password alone isn't enough for: a passkey, a code of the app, or a recovery code. */
export function SecondStep({ owed, onDone, onBack }: Props) {
  const [recovery, setRecovery] = useState(!owed.kinds.includes("code"));
  const [code, setCode] = useState("");
  const words = t.enter.second;
  const answer = useMutation({
    mutationFn: () =>
      api.post<SignedIn>("/session/second-factor", recovery ? { recovery_code: code } : { code }),
    onSuccess: onDone,
    onError: () => setCode(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answer.mutate();
  };
  const change = () => {
    setRecovery(!recovery);
    setCode("");
    answer.reset();
  };
  const typed = owed.kinds.some((kind) => kind !== "passkey");
  const over = hasCode(answer.error, "sign_in_over");
  const both = owed.kinds.includes("code") && owed.kinds.includes("recovery_code");
  return (
    <form onSubmit={submit} className="grid gap-5">
      {owed.kinds.includes("passkey") && (
        <PasskeyButton
          path="/session/second-factor/passkey"
          label={t.enter.passkey.use}
          onDone={onDone}
        />
      )}
      {answer.error && <InlineError error={over ? words.over : answer.error} />}
      {typed && (
        <>
          <CodeField recovery={recovery} value={code} onChange={setCode} autoFocus />
          <Button type="submit" kind="primary" busy={answer.isPending} disabled={over}>
            {words.action}
          </Button>
        </>
      )}
      <div className="flex flex-wrap justify-between gap-x-4 gap-y-2">
        <Button kind="quiet" small onClick={onBack}>
          {words.back}
        </Button>
        {both && (
          <Button kind="quiet" small onClick={change}>
            {recovery ? words.useCode : words.useRecovery}
          </Button>
        )}
      </div>
    </form>
  );
}
