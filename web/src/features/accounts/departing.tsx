import type { AccountCard } from "@/api/types";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";

/** A device that this account had before and that Amazon still has to be told to forget. */
export function Departing({ departing }: { departing: NonNullable<AccountCard["departing"]> }) {
  return (
    <p className="flex gap-3 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
      <Icon name="clock" className="mt-0.5 size-4" />
      <span>
        {t.accounts.departing(departing.device_name)}
        {departing.next_try_at &&
          `; ${t.accounts.departingTries(departing.attempts, formatRelative(departing.next_try_at))}`}
      </span>
    </p>
  );
}
