import { t } from "@/strings";
import { StepTitle } from "./step-title";

/** The stores by name, that of the browser's region first. */
export function MarketplaceStep({ onChoose }: { onChoose: (marketplace: string) => void }) {
  return (
    <>
      <StepTitle title={t.linking.marketplaceTitle} lead={t.linking.marketplaceLead} />
      <ul className="grid gap-2 sm:grid-cols-2">
        {marketplaces(navigator.language).map(([code, name]) => (
          <li key={code}>
            <button
              type="button"
              onClick={() => onChoose(code)}
              className="flex min-h-13 w-full items-center justify-between rounded-xl border border-line bg-surface px-4 text-left font-medium shadow-card hover:border-edge hover:bg-sunken"
            >
              {name}
              <span className="text-muted text-sm uppercase">{code}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The store of a browser's region, if there is one. */
export function homeStore(language: string): string | undefined {
  const region = language.split("-").at(1)?.toLowerCase();
  const home = region === "gb" ? "uk" : region;
  return home && home in t.common.marketplaces ? home : undefined;
}

/** Code and name of each store; the one of the browser's region comes first. */
export function marketplaces(language: string): [string, string][] {
  const home = homeStore(language);
  return Object.entries(t.common.marketplaces).sort(
    ([a, nameA], [b, nameB]) =>
      Number(b === home) - Number(a === home) || nameA.localeCompare(nameB),
  );
}
