import type { Money } from "@/api/types";
import { locale } from "@/lib/format";

/** How many decimals a currency has: two for dollars, none for yen. */
export function decimalsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat(locale, { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** An amount as it is typed: "12.66", "1500". */
export function amountText(money: Money): string {
  const decimals = decimalsOf(money.currency);
  return (money.minor / 10 ** decimals).toFixed(decimals);
}

/**
 * What somebody typed as an amount, or null when it is none. A comma counts as
 * a point. More decimals than the currency has are no amount: nothing is
 * rounded behind anybody's back.
 */
export function parseAmount(text: string, currency: string): Money | null {
  const parts = /^\s*(\d{1,7})(?:[.,](\d*))?\s*$/.exec(text);
  if (!parts) return null;
  const decimals = decimalsOf(currency);
  const fraction = parts[2] ?? "";
  if (fraction.length > decimals) return null;
  return { minor: Number(parts[1] + fraction.padEnd(decimals, "0")), currency };
}
