import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import type { Me, WaitingIdentity } from "@/api/types";
import { fieldErrors } from "@/features/enter/field-errors";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";

type Props = { who: WaitingIdentity; onDone: (me: Me) => void };

/** Where somebody whom a provider named says who they want to be here. */
export function RegisterForm({ who, onDone }: Props) {
  const [form, setForm] = useState({ name: who.name ?? "", email: who.email ?? "" });
  const words = t.enter.setUp;
  const register = useMutation({
    mutationFn: () =>
      api.post<Me>("/registration/provider", {
        name: form.name.trim(),
        email: form.email.trim(),
      }),
    onSuccess: onDone,
  });
  const errors = fieldErrors(register.error);
  const general = register.error && Object.keys(errors).length === 0;
  const over = hasCode(register.error, "attempt_invalid");
  const field = (name: keyof typeof form) => ({
    name,
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) =>
      setForm({ ...form, [name]: event.target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      {general && <InlineError error={over ? t.enter.provider.over : register.error} />}
      <TextField {...field("name")} label={words.name} hint={words.nameHint} autoComplete="name" />
      <TextField
        {...field("email")}
        label={words.email}
        hint={t.enter.provider.emailHint}
        type="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Button type="submit" kind="primary" busy={register.isPending}>
        {t.enter.register.action}
      </Button>
      <p className="text-center text-muted text-sm">{t.enter.register.after}</p>
    </form>
  );
}
