import type { Unlinked } from "@/api/types";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";

/** An account that was just unlinked, and what became of its device. */
export type UnlinkedAccount = { name: string; result: Unlinked; wasUnlinked: boolean };

/** Says what unlinking did, and what it could not do yet. */
export function UnlinkedNote({ unlinked }: { unlinked: UnlinkedAccount }) {
  return (
    <p role="status" className="mb-6 flex gap-3 rounded-xl bg-sunken px-4 py-3">
      <Icon name="info" className="mt-0.5 size-5" />
      <span>
        {unlinked.wasUnlinked
          ? t.accounts.forgotten(unlinked.name)
          : `${t.accounts.unlinked(unlinked.name)} ${deviceText(unlinked)}`}
      </span>
    </p>
  );
}

function deviceText({ result }: UnlinkedAccount): string {
  if (result.deregistered) return t.accounts.deregistered;
  if (result.left_behind) return t.accounts.leftBehind(result.left_behind);
  if (result.retrying) return t.accounts.retrying;
  return result.kept ? t.accounts.sharedLeft : "";
}
