import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import type { Enrolment, NewRecoveryCodes } from "@/api/types";
import { CodeField } from "@/features/enter/code-field";
import { QRCode } from "@/features/linking/qr-code";
import { RecoveryCodes } from "@/features/recovery/recovery-codes";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/states";
import { useFactorsChanged } from "./use-factors-changed";

/** Sets an authenticator app up: its QR code, a first code of it, then the recovery codes. */
export function SetUpApp({ again }: { again: boolean }) {
  const confirmed = useConfirmed();
  const changed = useFactorsChanged();
  const [codes, setCodes] = useState<string[]>();
  const begin = useMutation({
    mutationFn: () => confirmed(() => api.post<Enrolment>("/me/authenticator")),
  });
  const words = t.security.setUp;
  const close = () => {
    begin.reset();
    setCodes(undefined);
  };
  const done = (fresh: string[]) => {
    void changed();
    if (fresh.length > 0) setCodes(fresh);
    else close();
  };
  return (
    <>
      <Button
        kind={again ? "secondary" : "primary"}
        small
        onClick={() => begin.mutate()}
        busy={begin.isPending}
      >
        {again ? words.again : words.action}
      </Button>
      {begin.error && !(begin.error instanceof NotConfirmed) && <InlineError error={begin.error} />}
      <Dialog
        open={begin.data !== undefined}
        onClose={close}
        wide
        title={codes ? t.security.codes.title : words.title}
        description={codes ? undefined : words.lead}
      >
        {codes ? (
          <RecoveryCodes codes={codes} onDone={close} />
        ) : (
          begin.data && <FirstCode enrolment={begin.data} onDone={done} onCancel={close} />
        )}
      </Dialog>
    </>
  );
}

type FirstCodeProps = {
  enrolment: Enrolment;
  onDone: (codes: string[]) => void;
  onCancel: () => void;
};

function FirstCode({ enrolment, onDone, onCancel }: FirstCodeProps) {
  const confirmed = useConfirmed();
  const [code, setCode] = useState("");
  const words = t.security.setUp;
  const confirm = useMutation({
    mutationFn: () =>
      confirmed(() => api.post<NewRecoveryCodes>("/me/authenticator/confirm", { code })),
    onSuccess: ({ codes }) => onDone(codes),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  const wrong = hasCode(confirm.error, "code_wrong") || hasCode(confirm.error, "code_malformed");
  return (
    <form onSubmit={submit} className="grid gap-5">
      <div className="flex flex-wrap items-center gap-5">
        <QRCode text={enrolment.uri} label={words.qr} />
        <div className="grid min-w-0 flex-1 basis-56 gap-1.5">
          <p>{words.orType}</p>
          <code className="break-all rounded-lg bg-sunken p-2.5 font-mono text-sm">
            {enrolment.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}
          </code>
          <a
            href={enrolment.uri}
            className="justify-self-start rounded text-accent underline underline-offset-4"
          >
            {words.openHere}
          </a>
        </div>
      </div>
      <CodeField
        recovery={false}
        value={code}
        onChange={setCode}
        error={wrong ? words.wrong : undefined}
      />
      {confirm.error && !wrong && !(confirm.error instanceof NotConfirmed) && (
        <InlineError error={confirm.error} />
      )}
      <div className="flex flex-row-reverse gap-2">
        <Button type="submit" kind="primary" busy={confirm.isPending}>
          {words.confirm}
        </Button>
        <Button onClick={onCancel}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
