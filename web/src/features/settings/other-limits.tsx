import { useState } from "react";
import type { Limit, Preferences } from "@/api/types";
import { t } from "@/strings";
import { Select } from "@/ui/field";
import { AmountField } from "./amount-field";
import { currencies, storeChoices } from "./choices";

type Props = { preferences: Preferences; onChange: (limits: Limit[]) => void };

/** A limit per store, each in its own currency. Emptying one removes it. */
export function OtherLimits({ preferences, onChange }: Props) {
  const [added, setAdded] = useState("");
  const { limits, marketplace } = preferences;
  const others = limits.filter((one) => one.marketplace !== marketplace);
  const taken = [marketplace, ...others.map((one) => one.marketplace)];
  const shown =
    added && !taken.includes(added)
      ? [...others.map((one) => one.marketplace), added]
      : taken.slice(1);
  return (
    <fieldset className="grid gap-4">
      <legend className="font-medium">{t.settings.limits}</legend>
      <p className="text-muted text-sm">{t.settings.limitsLead}</p>
      {shown.map((code) => (
        <AmountField
          key={code}
          label={t.settings.limitFor(t.common.marketplaces[code] ?? code)}
          currency={currencies[code] ?? preferences.currency}
          value={others.find((one) => one.marketplace === code)?.max_price}
          onCommit={(max_price) => {
            const rest = limits.filter((one) => one.marketplace !== code);
            onChange(max_price ? [...rest, { marketplace: code, max_price }] : rest);
          }}
        />
      ))}
      <Select
        label={t.settings.addLimit}
        className="max-w-72"
        value=""
        choices={[{ value: "", label: t.settings.chooseStore }, ...storeChoices([...taken, added])]}
        onChange={(event) => setAdded(event.target.value)}
      />
    </fieldset>
  );
}
