import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { serverQuery } from "@/api/queries";
import { Entry } from "@/features/enter/entry";
import { codeBehind, fieldErrors, normalised } from "@/features/enter/field-errors";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { PasswordField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";

export function ResetPasswordPage() {
  const router = useRouter();
  // The token stands behind #, which browsers send to nobody.
  const token = useLocation({
    select: (location) => codeBehind(location.hash, "token"),
  });
  const passwordMin = useQuery(serverQuery).data?.password_min ?? 15;
  const [password, setPassword] = useState("");
  const words = t.enter.reset;
  const reset = useMutation({
    mutationFn: () =>
      api.post("/password-reset/complete", { token, password: normalised(password) }),
    onSuccess: () => {
      toast(words.done);
      return router.navigate({ to: "/sign-in", replace: true });
    },
  });
  const errors = fieldErrors(reset.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate();
  };

  if (token === "" || hasCode(reset.error, "token_invalid")) {
    return (
      <Entry key="invalid" title={words.title}>
        <div className="grid gap-5">
          <InlineError error={words.invalid} />
          <Link to="/forgot-password" className={buttonClasses("primary")}>
            {words.again}
          </Link>
        </div>
      </Entry>
    );
  }
  return (
    <Entry key="form" title={words.title} lead={words.lead}>
      <form onSubmit={submit} className="grid gap-5">
        {reset.error && !errors.password && <InlineError error={reset.error} />}
        <PasswordField
          label={words.password}
          hint={t.enter.setUp.passwordHint(passwordMin)}
          name="password"
          minLength={passwordMin}
          autoComplete="new-password"
          required
          value={password}
          error={errors.password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" kind="primary" busy={reset.isPending}>
          {words.action}
        </Button>
      </form>
    </Entry>
  );
}
