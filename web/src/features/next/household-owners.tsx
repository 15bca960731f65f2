import type { Suggestion } from "@/api/types";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";

/** Who else in the household owns a suggested title, as lines of a list. */
export function HouseholdOwners({ owners }: { owners: Suggestion["household"] }) {
  return owners.map(({ name, marketplace }) => (
    <li key={`${name} ${marketplace}`} className="flex gap-2 text-sm">
      <Icon name="accounts" className="mt-0.5 size-4 text-accent" />
      <span>
        {t.next.ownedBy(
          name || t.next.someone,
          t.common.marketplaces[marketplace as keyof typeof t.common.marketplaces] ?? marketplace,
        )}
      </span>
    </li>
  ));
}
