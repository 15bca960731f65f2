import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { Problem } from "@/api/problem";
import { meQuery, serverQuery } from "@/api/queries";
import type { Me, SetUpDone } from "@/api/types";
import { Entry } from "@/features/enter/entry";
import { codeBehind, fieldErrors, normalised } from "@/features/enter/field-errors";
import { kitKey } from "@/features/recovery/recovery-kit";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";

export function SetUpPage() {
  const client = useQueryClient();
  const router = useRouter();
  const printed = useLocation({ select: (location) => codeBehind(location.hash, "code") });
  const passwordMin = useQuery(serverQuery).data?.password_min ?? 15;
  const [form, setForm] = useState({ code: printed, name: "", email: "", password: "" });
  const words = t.enter.setUp;

  const goOn = async () => {
    await client.fetchQuery({ ...serverQuery, staleTime: 0 });
    await router.navigate({ to: "/accounts/link", replace: true });
  };
  const setUp = useMutation({
    mutationFn: () =>
      api.post<SetUpDone>("/setup", {
        code: form.code.trim(),
        name: form.name.trim(),
        email: form.email.trim(),
        password: normalised(form.password),
      }),
    onSuccess: async ({ recovery_kit: kit, ...me }) => {
      client.setQueryData<Me>(meQuery.queryKey, me);
      if (kit) client.setQueryData(kitKey, kit);
      await goOn();
    },
  });
  const errors = fieldErrors(setUp.error);
  const codeWrong = setUp.error instanceof Problem && setUp.error.status === 401;
  const general = setUp.error && !codeWrong && Object.keys(errors).length === 0;
  const field = (name: keyof typeof form) => ({
    name,
    value: form[name],
    required: true,
    error: errors[name],
    onChange: (event: { target: { value: string } }) =>
      setForm({ ...form, [name]: event.target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUp.mutate();
  };

  return (
    <Entry title={words.title} lead={words.lead}>
      <form onSubmit={submit} className="grid gap-5">
        {general && <InlineError error={setUp.error} />}
        {(printed === "" || codeWrong) && (
          <TextField
            {...field("code")}
            label={words.code}
            hint={words.codeHint}
            error={codeWrong ? words.codeWrong : errors.code}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        <TextField
          {...field("name")}
          label={words.name}
          hint={words.nameHint}
          required={false}
          autoComplete="name"
        />
        <TextField
          {...field("email")}
          label={words.email}
          hint={words.emailHint}
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          {...field("password")}
          label={words.password}
          hint={words.passwordHint(passwordMin)}
          minLength={passwordMin}
          autoComplete="new-password"
        />
        <Button type="submit" kind="primary" busy={setUp.isPending}>
          {words.action}
        </Button>
        <p className="text-center text-muted text-sm">{words.after}</p>
      </form>
    </Entry>
  );
}
