import { type FormEvent, useId, useState } from "react";
import type { Money } from "@/api/types";
import { t } from "@/strings";
import { controlClasses } from "@/ui/field";
import { amountText, parseAmount } from "./money-input";

type Props = {
  label: string;
  hint?: string;
  currency: string;
  value: Money | undefined;
  /** Gets the amount when the field is left or Enter is pressed; undefined when it was emptied. */
  onCommit: (value: Money | undefined) => void;
  /** Hears that what was typed is no amount, and so isn't kept. */
  onRefuse: () => void;
};

/** An amount of one currency. It is kept when the field is left, and only if it is an amount. */
export function AmountField({ label, hint, currency, value, onCommit, onRefuse }: Props) {
  const id = useId();
  const [bad, setBad] = useState(false);
  const saved = value?.currency === currency ? amountText(value) : "";
  const commit = (text: string) => {
    if (text.trim() === saved) return setBad(false);
    const money = text.trim() === "" ? undefined : parseAmount(text, currency);
    setBad(money === null);
    if (money === null) onRefuse();
    else onCommit(money);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    commit(String(new FormData(event.currentTarget).get("amount") ?? ""));
  };
  return (
    <form onSubmit={submit} className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <span className="flex items-center gap-2">
        <input
          // A new amount from the server is a new field: what was typed is gone.
          key={`${currency} ${saved}`}
          id={id}
          name="amount"
          inputMode="decimal"
          autoComplete="off"
          defaultValue={saved}
          aria-invalid={bad || undefined}
          aria-describedby={bad || hint ? `${id}-note` : undefined}
          onBlur={(event) => commit(event.target.value)}
          className={`${controlClasses} max-w-32 text-right tabular-nums`}
        />
        <span className="text-muted">{currency}</span>
      </span>
      {(bad || hint) && (
        <p
          id={`${id}-note`}
          role={bad ? "alert" : undefined}
          className={bad ? "text-bad text-sm" : "text-muted text-sm"}
        >
          {bad ? t.settings.amountBad : hint}
        </p>
      )}
    </form>
  );
}
