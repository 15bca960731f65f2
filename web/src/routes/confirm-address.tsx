import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import { Entry } from "@/features/enter/entry";
import { codeBehind } from "@/features/enter/field-errors";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { InlineError } from "@/ui/states";

/** Where one of two addresses is confirmed, by hand: programs open links in mails too. */
export function ConfirmAddressPage() {
  // The token stands behind #, which browsers send to nobody.
  const token = useLocation({ select: (location) => codeBehind(location.hash, "token") });
  return <Confirm key={token} token={token} />; // the second link may be opened in the same tab
}

function Confirm({ token }: { token: string }) {
  const words = t.enter.confirm;
  const confirm = useMutation({
    mutationFn: () => api.post<{ done: boolean }>("/address/confirm", { token }),
  });
  const isOver = token === "" || hasCode(confirm.error, "token_invalid");
  return (
    <Entry title={words.title} lead={confirm.data || isOver ? undefined : words.lead}>
      <div className="grid gap-5">
        {isOver && <InlineError error={words.invalid} />}
        {confirm.error && !isOver && <InlineError error={confirm.error} />}
        {confirm.data && <p role="status">{confirm.data.done ? words.done : words.half}</p>}
        {(confirm.data?.done || isOver) && (
          <Link to="/sign-in" className={buttonClasses("secondary")}>
            {t.enter.register.signIn}
          </Link>
        )}
        {!confirm.data && !isOver && (
          <Button kind="primary" onClick={() => confirm.mutate()} busy={confirm.isPending}>
            {words.action}
          </Button>
        )}
      </div>
    </Entry>
  );
}
