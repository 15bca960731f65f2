import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { PasswordField } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { InlineError } from "@/ui/states";
import { importLink } from "./queries";
import { StepTitle } from "./step-title";

const largest = 1 << 20; // bytes; real files have a few thousand

/** A credential file of another program: it is read here and goes to the person's own server. */
export function FileStep({ onBack }: { onBack: () => void }) {
  const confirmed = useConfirmed();
  const navigate = useNavigate();
  const [file, setFile] = useState<File>();
  const id = useId();
  const bring = useMutation({
    mutationFn: async (password: string) => {
      const text = (await file?.text()) ?? "";
      return confirmed(() => importLink(text, password));
    },
    onSuccess: (link) => navigate({ to: "/accounts/link/$id", params: { id: link.id } }),
  });
  const tooBig = file !== undefined && file.size > largest;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (file && !tooBig)
      bring.mutate(String(new FormData(event.currentTarget).get("password") ?? ""));
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      <StepTitle title={t.linking.fileTitle} lead={t.linking.doors.file.text} />
      <div className="grid gap-1.5">
        <label htmlFor={id} className="font-medium text-sm">
          {t.linking.filePick}
        </label>
        <input
          id={id}
          type="file"
          aria-describedby={`${id}-hint`}
          onChange={(event) => setFile(event.target.files?.[0])}
          className="block w-full rounded-lg border border-edge bg-surface p-2 file:mr-3 file:min-h-9 file:rounded-md file:border-0 file:bg-sunken file:px-3 file:font-semibold file:text-ink"
        />
        <p id={`${id}-hint`} className="text-muted text-sm">
          {t.linking.fileHint}
        </p>
      </div>
      <PasswordField
        name="password"
        label={t.linking.filePassword}
        hint={t.linking.filePasswordHint}
        autoComplete="off"
      />
      {tooBig && <InlineError error={t.linking.fileTooBig} />}
      {bring.error && !(bring.error instanceof NotConfirmed) && <InlineError error={bring.error} />}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" busy={bring.isPending} disabled={!file || tooBig}>
          {t.linking.fileImport}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          <Icon name="left" className="size-4" />
          {t.linking.back}
        </Button>
      </div>
    </form>
  );
}
