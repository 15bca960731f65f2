import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { meQuery, serverQuery } from "@/api/queries";
import type { Me, SignedIn } from "@/api/types";
import { AskToRegister } from "@/features/enter/ask-to-register";
import { Entry } from "@/features/enter/entry";
import { codeBehind, fieldErrors, normalised } from "@/features/enter/field-errors";
import { openInviteQuery } from "@/features/people/queries";
import { ProviderButtons } from "@/features/providers/provider-buttons";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/field";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { toast } from "@/ui/toast";

/** Where somebody with an invite makes their account; it leads on to linking Audible. */
export function RegisterPage() {
  // The token stands behind #, which browsers send to nobody.
  const invite = useLocation({ select: (location) => codeBehind(location.hash, "invite") });
  const opened = useQuery(openInviteQuery(invite));
  const server = useQuery(serverQuery).data;
  const words = t.enter.register;
  if (invite === "" && server?.registration === "open") return <AskToRegister />;
  if (invite === "" || opened.error) {
    const isOver = invite === "" || hasCode(opened.error, "token_invalid");
    return (
      <Entry key="invalid" title={words.title}>
        <div className="grid gap-5">
          {isOver ? (
            <InlineError error={words.invalid} />
          ) : (
            <ErrorState
              small
              title={words.error}
              error={opened.error}
              onRetry={() => void opened.refetch()}
              busy={opened.isFetching}
            />
          )}
          <Link to="/sign-in" className={buttonClasses("secondary")}>
            {words.signIn}
          </Link>
        </div>
      </Entry>
    );
  }
  if (!opened.data) {
    return (
      <Entry key="loading" title={words.title} lead={words.lead}>
        <Loading>
          <Skeleton className="h-96" />
        </Loading>
      </Entry>
    );
  }
  return (
    <Entry key="form" title={words.title} lead={words.lead}>
      <Form invite={invite} email={opened.data.email} />
    </Entry>
  );
}

function Form({ invite, email }: { invite: string; email: string | undefined }) {
  const passwordMin = useQuery(serverQuery).data?.password_min ?? 15;
  const [form, setForm] = useState({ name: "", email: email ?? "", password: "" });
  const words = t.enter.setUp;
  const enter = useEnter();
  const register = useMutation({
    mutationFn: async () => {
      const who = { email: form.email.trim(), password: normalised(form.password) };
      await api.post("/registration", { invite, name: form.name.trim(), ...who });
      await enter(who);
    },
  });
  const errors = fieldErrors(register.error);
  const general = register.error && Object.keys(errors).length === 0;
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
      {general && (
        <InlineError
          error={
            hasCode(register.error, "token_invalid") ? t.enter.register.invalid : register.error
          }
        />
      )}
      <TextField {...field("name")} label={words.name} hint={words.nameHint} autoComplete="name" />
      <TextField
        {...field("email")}
        label={words.email}
        hint={words.emailHint}
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        readOnly={email !== undefined}
      />
      <PasswordField
        {...field("password")}
        label={words.password}
        hint={words.passwordHint(passwordMin)}
        minLength={passwordMin}
        autoComplete="new-password"
        required
      />
      <Button type="submit" kind="primary" busy={register.isPending}>
        {t.enter.register.action}
      </Button>
      <ProviderButtons
        label={t.enter.provider.register}
        more={{ invite, remember: true }}
        next="/accounts/link"
      />
      <p className="text-center text-muted text-sm">{t.enter.register.after}</p>
    </form>
  );
}

/**
 * Signs in with the password that was just chosen, and gives it again at once
 * for the linking that follows. Whoever can't get in so goes to the sign-in
 * page: the server doesn't say whether the address was free.
 */
function useEnter() {
  const client = useQueryClient();
  const router = useRouter();
  return async (who: { email: string; password: string }) => {
    try {
      const answer = await api.post<SignedIn>("/session", { ...who, remember: true });
      if (!answer.me) throw new Error("a second factor is owed");
      const me = await api.post<Me>("/session/step-up", { password: who.password });
      client.setQueryData(meQuery.queryKey, me);
      await client.fetchQuery({ ...serverQuery, staleTime: 0 });
      await router.navigate({ to: "/accounts/link", replace: true });
    } catch {
      toast(t.enter.register.known);
      await router.navigate({ to: "/sign-in", replace: true });
    }
  };
}
