import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { meQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { Entry } from "@/features/enter/entry";
import { normalised } from "@/features/enter/field-errors";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Checkbox, PasswordField, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const client = useQueryClient();
  const router = useRouter();
  const { next } = route.useSearch();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(true);
  const words = t.enter.signIn;

  const signIn = useMutation({
    mutationFn: () =>
      api.post<Me>("/session", { email: email.trim(), password: normalised(password), remember }),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      router.history.push(next ?? "/");
    },
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };

  return (
    <Entry title={words.title}>
      <form onSubmit={submit} className="grid gap-5">
        {signIn.error && (
          <InlineError
            error={hasCode(signIn.error, "invalid_credentials") ? words.wrong : signIn.error}
          />
        )}
        <TextField
          label={words.email}
          type="email"
          name="email"
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={words.password}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Checkbox
          label={words.remember}
          name="remember"
          checked={remember}
          onChange={(event) => setRemember(event.target.checked)}
        />
        <Button type="submit" kind="primary" busy={signIn.isPending}>
          {words.action}
        </Button>
        <Link
          to="/forgot-password"
          className="justify-self-center rounded text-accent underline underline-offset-4"
        >
          {words.forgot}
        </Link>
      </form>
    </Entry>
  );
}
