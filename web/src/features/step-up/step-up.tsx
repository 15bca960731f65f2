import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type FormEvent, type ReactNode, useContext, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { meQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { CodeField } from "@/features/enter/code-field";
import { PasskeyButton } from "@/features/enter/passkey-button";
import { ProviderStepUp } from "@/features/providers/provider-step-up";
import { factorsQuery } from "@/features/security/queries";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { PasswordField } from "@/ui/field";
import { InlineError } from "@/ui/states";

/** Rejects an action whose person didn't confirm; nothing has happened then. */
export class NotConfirmed extends Error {
  override readonly name = "NotConfirmed";
}

/** Runs an action; when the server wants the password first, asks and runs it again. */
export type Confirmed = <T>(action: () => Promise<T>) => Promise<T>;

const Context = createContext<Confirmed>((action) => action());

/** The way to call what the server guards with a fresh password. */
export function useConfirmed(): Confirmed {
  return useContext(Context);
}

type Waiting = { go: () => void; stop: () => void };

/** Holds the one dialog that asks for the password. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [waiting, setWaiting] = useState<Waiting>();

  const confirmed: Confirmed = async (action) => {
    try {
      return await action();
    } catch (error) {
      if (!hasCode(error, "step_up_required")) throw error;
    }
    try {
      await new Promise<void>((go, refuse) => {
        setWaiting({ go, stop: () => refuse(new NotConfirmed()) });
      });
    } finally {
      setWaiting(undefined);
    }
    return action();
  };

  return (
    <Context value={confirmed}>
      {children}
      <Dialog
        open={waiting !== undefined}
        onClose={() => waiting?.stop()}
        title={t.shell.stepUp.title}
        description={t.shell.stepUp.text}
      >
        {waiting && <PasswordForm onDone={waiting.go} onCancel={waiting.stop} />}
      </Dialog>
    </Context>
  );
}

function PasswordForm({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const client = useQueryClient();
  const factors = useQuery(factorsQuery);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [chosen, setRecovery] = useState(false);
  const recovery = chosen || (factors.isSuccess && !factors.data.authenticator);
  const done = (me: Me) => {
    client.setQueryData(meQuery.queryKey, me);
    onDone();
  };
  const stepUp = useMutation({
    mutationFn: () =>
      api.post<Me>("/session/step-up", {
        password,
        ...(code && (recovery ? { recovery_code: code } : { code })),
      }),
    onSuccess: (me) => {
      done(me);
      if (recovery) void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
    },
    onError: (error) => {
      if (hasCode(error, "invalid_credentials")) setPassword("");
      setCode("");
    },
  });
  const change = () => {
    setRecovery(!recovery);
    setCode("");
  };
  const wrong = hasCode(stepUp.error, "invalid_credentials");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    stepUp.mutate();
  };
  const passkeys = factors.data?.passkeys.length ?? 0;
  const second = factors.data?.authenticator !== undefined || passkeys > 0;
  return (
    <form onSubmit={submit} className="grid gap-4">
      {passkeys > 0 && (
        <PasskeyButton<Me>
          path="/session/step-up/passkey"
          label={t.enter.passkey.use}
          kind="primary"
          onDone={done}
        />
      )}
      <ProviderStepUp code={code} recovery={recovery} />
      <PasswordField
        label={t.shell.stepUp.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        required
        error={wrong ? t.shell.stepUp.wrong : undefined}
      />
      {second && (
        <div className="grid justify-items-start gap-1">
          <div className="w-full">
            <CodeField recovery={recovery} value={code} onChange={setCode} />
          </div>
          {factors.data?.authenticator && (
            <Button kind="quiet" small onClick={change}>
              {recovery ? t.enter.second.useCode : t.enter.second.useRecovery}
            </Button>
          )}
        </div>
      )}
      {stepUp.error && !wrong && <InlineError error={stepUp.error} />}
      <div className="flex flex-row-reverse gap-2">
        <Button type="submit" kind="primary" busy={stepUp.isPending}>
          {t.shell.stepUp.action}
        </Button>
        <Button onClick={onCancel}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
