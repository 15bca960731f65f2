import { useState } from "react";
import { RecoveryKit } from "@/features/recovery/recovery-kit";
import { t } from "@/strings";
import { Page } from "@/ui/page";
import { DoorStep } from "./door-step";
import { FileStep } from "./file-step";
import { homeStore, MarketplaceStep } from "./marketplace-step";
import type { NewLinkSearch } from "./search";
import { Trail } from "./trail";

type Props = { search: NewLinkSearch; onSearch: (search: NewLinkSearch) => void };

/**
 * The beginning of a link: which store, then which way in. The store of the
 * browser's region is taken at first, since any store of an account will do.
 */
export function NewLinkPage({ search, onSearch }: Props) {
  const [choosing, setChoosing] = useState(false);
  const { door, note } = search;
  const marketplace = choosing ? undefined : (search.marketplace ?? homeStore(navigator.language));
  return (
    <Page title={t.linking.title}>
      <div className="max-w-2xl">
        <RecoveryKit />
        <Trail here={marketplace ? "door" : "marketplace"} />
        {!marketplace && (
          <MarketplaceStep
            onChoose={(chosen) => {
              setChoosing(false);
              onSearch({ marketplace: chosen });
            }}
          />
        )}
        {marketplace && door !== "file" && (
          <DoorStep
            marketplace={marketplace}
            note={note}
            onBack={() => setChoosing(true)}
            onFile={() => onSearch({ marketplace, door: "file" })}
          />
        )}
        {marketplace && door === "file" && <FileStep onBack={() => onSearch({ marketplace })} />}
      </div>
    </Page>
  );
}
