import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { meQuery, serverQuery } from "@/api/queries";
import type { Me, SecondFactor, SignedIn } from "@/api/types";
import { Entry } from "@/features/enter/entry";
import { normalised } from "@/features/enter/field-errors";
import { PasskeyButton } from "@/features/enter/passkey-button";
import { SecondStep } from "@/features/enter/second-step";
import { ProviderButtons } from "@/features/providers/provider-buttons";
import { RecoveryCodes } from "@/features/recovery/recovery-codes";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Checkbox, PasswordField, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";

const route = getRouteApi("/sign-in");

/** The password, then the second factor of whoever has one. */
export function SignInPage() {
  const client = useQueryClient();
  const router = useRouter();
  const { next } = route.useSearch();
  const [owed, setOwed] = useState<SecondFactor>();
  const [fresh, setFresh] = useState<{ me: Me; codes: string[] }>();
  const enter = (me: Me) => {
    client.setQueryData(meQuery.queryKey, me);
    router.history.push(next ?? "/");
  };
  const answered = (answer: SignedIn) => {
    setOwed(answer.second_factor);
    if (answer.me && answer.recovery_codes) {
      setFresh({ me: answer.me, codes: answer.recovery_codes });
    } else if (answer.me) {
      enter(answer.me);
    }
  };

  if (fresh) {
    return (
      <Entry title={t.security.codes.title} lead={t.enter.second.lastUsed}>
        <RecoveryCodes codes={fresh.codes} onDone={() => enter(fresh.me)} />
      </Entry>
    );
  }
  if (owed) {
    return (
      <Entry title={t.enter.second.title} lead={t.enter.second.lead}>
        <SecondStep owed={owed} onDone={answered} onBack={() => setOwed(undefined)} />
      </Entry>
    );
  }
  return (
    <Entry title={t.enter.signIn.title}>
      <PasswordStep onDone={answered} />
    </Entry>
  );
}

function PasswordStep({ onDone }: { onDone: (answer: SignedIn) => void }) {
  const { next } = route.useSearch();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(true);
  const words = t.enter.signIn;
  const isOpen = useQuery(serverQuery).data?.registration === "open";

  const signIn = useMutation({
    mutationFn: () =>
      api.post<SignedIn>("/session", {
        email: email.trim(),
        password: normalised(password),
        remember,
      }),
    onSuccess: onDone,
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };

  return (
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
      <PasskeyButton
        path="/session/passkey"
        more={{ remember }}
        label={t.enter.passkey.signIn}
        onDone={onDone}
      />
      <ProviderButtons label={t.enter.provider.signIn} more={{ remember }} next={next ?? "/"} />
      <Link
        to="/forgot-password"
        className="justify-self-center rounded text-accent underline underline-offset-4"
      >
        {words.forgot}
      </Link>
      {isOpen && (
        <Link
          to="/register"
          className="justify-self-center rounded text-accent underline underline-offset-4"
        >
          {words.register}
        </Link>
      )}
    </form>
  );
}
