import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { Entry } from "./entry";
import { fieldErrors } from "./field-errors";

/** Where anybody may register: has a link mailed with which an account is made. */
export function AskToRegister() {
  const [email, setEmail] = useState("");
  const words = t.enter.register;
  const ask = useMutation({
    mutationFn: () => api.post("/registration/request", { email: email.trim() }),
  });
  const errors = fieldErrors(ask.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  const back = (
    <Link
      to="/sign-in"
      className="justify-self-center rounded text-accent underline underline-offset-4"
    >
      {t.enter.forgot.back}
    </Link>
  );
  if (ask.isSuccess) {
    return (
      <Entry key="sent" title={t.enter.forgot.sentTitle} lead={words.asked}>
        <div className="grid gap-5" role="status">
          <p className="text-muted text-sm">{words.askedNote}</p>
          {back}
        </div>
      </Entry>
    );
  }
  return (
    <Entry key="ask" title={words.askTitle} lead={words.askLead}>
      <form onSubmit={submit} className="grid gap-5">
        {ask.error && !errors.email && <InlineError error={ask.error} />}
        <TextField
          label={t.enter.signIn.email}
          type="email"
          name="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={email}
          error={errors.email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button type="submit" kind="primary" busy={ask.isPending}>
          {words.ask}
        </Button>
        {back}
      </form>
    </Entry>
  );
}
