import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { NewAPIToken } from "@/api/types";
import { fieldErrors } from "@/features/enter/field-errors";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox, Select, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { programsQuery } from "./queries";

/** Makes a token and shows it, this once. */
export function TokenDialog({ scopes, onClose }: { scopes: string[]; onClose: () => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [chosen, setChosen] = useState<string[]>(["library:read"]);
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      confirmed(() =>
        api.post<NewAPIToken>("/api-tokens", { name, scopes: chosen, days: Number(days) }),
      ),
    gcTime: 0, // the token is nowhere once the dialog is gone
  });
  const close = () => {
    void queries.invalidateQueries({ queryKey: programsQuery.queryKey });
    onClose();
  };
  const words = t.programs.tokens;
  const errors = fieldErrors(make.error);
  const refused = make.error instanceof NotConfirmed || errors.name ? undefined : make.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog
      key={make.data ? "ready" : "form"}
      open
      onClose={close}
      title={make.data ? words.readyTitle : words.newTitle}
      description={make.data ? words.readyText : words.newText}
    >
      {make.data ? (
        <Ready token={make.data.token} onDone={close} />
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <TextField
            label={words.name}
            hint={words.nameHint}
            name="token-name"
            autoComplete="off"
            required
            maxLength={100}
            value={name}
            error={errors.name}
            onChange={(event) => setName(event.target.value)}
          />
          <fieldset className="grid gap-2">
            <legend className="mb-2 font-medium text-sm">{words.may}</legend>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                name={scope}
                label={t.programs.scopes[scope] ?? scope}
                checked={chosen.includes(scope)}
                onChange={(event) =>
                  setChosen(
                    event.target.checked ? [...chosen, scope] : chosen.filter((s) => s !== scope),
                  )
                }
              />
            ))}
          </fieldset>
          <Select
            label={words.days}
            choices={words.choices}
            value={days}
            onChange={(event) => setDays(event.target.value)}
          />
          {refused && <InlineError error={refused} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t.common.cancel}</Button>
            <Button
              type="submit"
              kind="primary"
              busy={make.isPending}
              disabled={chosen.length === 0}
            >
              {words.make}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Ready({ token, onDone }: { token: string; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(token);
    setCopied(true);
  };
  const words = t.programs.tokens;
  return (
    <div className="grid gap-4">
      <p className="select-all break-all rounded-lg bg-sunken p-3 font-mono text-sm" data-token>
        {token}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        {window.isSecureContext && (
          <Button onClick={() => void copy()}>{copied ? words.copied : words.copy}</Button>
        )}
        <Button kind="primary" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </div>
  );
}
