import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { Entry } from "@/features/enter/entry";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";

export function ForgotPasswordPage() {
  const [email, setEmail] = useState("");
  const words = t.enter.forgot;
  const ask = useMutation({
    mutationFn: () => api.post("/password-reset", { email: email.trim() }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  const back = (
    <Link
      to="/sign-in"
      className="justify-self-center rounded text-accent underline underline-offset-4"
    >
      {words.back}
    </Link>
  );

  if (ask.isSuccess) {
    return (
      <Entry key="sent" title={words.sentTitle} lead={words.sent}>
        <div className="grid gap-5" role="status">
          <p className="text-muted text-sm">{words.noMail}</p>
          {back}
        </div>
      </Entry>
    );
  }
  return (
    <Entry key="ask" title={words.title} lead={words.lead}>
      <form onSubmit={submit} className="grid gap-5">
        {ask.error && <InlineError error={ask.error} />}
        <TextField
          label={words.email}
          type="email"
          name="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button type="submit" kind="primary" busy={ask.isPending}>
          {words.action}
        </Button>
        {back}
      </form>
    </Entry>
  );
}
