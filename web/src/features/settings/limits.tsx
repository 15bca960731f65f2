import { useState } from "react";
import type { Limit, Marketplace, Money, Preferences } from "@/api/types";
import { t } from "@/strings";
import { Select } from "@/ui/field";
import { AmountField } from "./amount-field";
import { currencies, marketplaceOf, storeChoices } from "./choices";

type Props = {
  preferences: Preferences;
  onChange: (limits: Limit[]) => void;
  /** Hears that an amount was typed that is none. */
  onRefuse: () => void;
};

/**
 * Up to which price cash is better than a credit: the preferred store first,
 * then the others that have a limit. Emptying one removes it.
 */
export function Limits({ preferences: { limits, marketplace }, onChange, onRefuse }: Props) {
  const [added, setAdded] = useState<Marketplace>();
  const others = limits.map((one) => one.marketplace).filter((code) => code !== marketplace);
  const shown = [marketplace, ...others];
  if (added && !shown.includes(added)) shown.push(added);
  return (
    <fieldset className="grid gap-4">
      <legend className="font-medium">{t.settings.limits}</legend>
      <p className="text-muted text-sm">{t.settings.limitsLead}</p>
      {shown.map((code) => (
        <AmountField
          key={code}
          label={t.settings.limitFor(t.common.marketplaces[code] ?? code)}
          currency={currencies[code]}
          value={limits.find((one) => one.marketplace === code)?.max_price}
          onCommit={(amount) => onChange(withLimit(limits, code, amount))}
          onRefuse={onRefuse}
        />
      ))}
      <Select
        label={t.settings.addLimit}
        className="sm:max-w-72"
        value=""
        choices={[{ value: "", label: t.settings.chooseStore }, ...storeChoices(shown)]}
        onChange={(event) => setAdded(marketplaceOf(event.target.value))}
      />
    </fieldset>
  );
}

/** The limits with the one of a store set, or taken away where there is no amount. */
export function withLimit(limits: readonly Limit[], code: Marketplace, amount?: Money): Limit[] {
  const others = limits.filter((one) => one.marketplace !== code);
  return amount ? [...others, { marketplace: code, max_price: amount }] : others;
}
