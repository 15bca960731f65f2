import { t } from "@/strings";
import { Page } from "@/ui/page";
import { DoorStep } from "./door-step";
import { FileStep } from "./file-step";
import { MarketplaceStep } from "./marketplace-step";
import type { NewLinkSearch } from "./search";
import { Trail } from "./trail";

type Props = { search: NewLinkSearch; onSearch: (search: NewLinkSearch) => void };

/** The beginning of a link: which store, then which way in. */
export function NewLinkPage({ search, onSearch }: Props) {
  const { marketplace, door, note } = search;
  return (
    <Page title={t.linking.title}>
      <div className="max-w-2xl">
        <Trail here={marketplace ? "door" : "marketplace"} />
        {!marketplace && (
          <MarketplaceStep onChoose={(chosen) => onSearch({ marketplace: chosen })} />
        )}
        {marketplace && door !== "file" && (
          <DoorStep
            marketplace={marketplace}
            note={note}
            onBack={() => onSearch({})}
            onFile={() => onSearch({ marketplace, door: "file" })}
          />
        )}
        {marketplace && door === "file" && <FileStep onBack={() => onSearch({ marketplace })} />}
      </div>
    </Page>
  );
}
