import type { LiveState } from "@/api/live";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";

/** Says when the page no longer hears from the server at once. Silence is the good case. */
export function LiveNote({ state }: { state: LiveState }) {
  return (
    <div role="status">
      {state === "lost" && (
        <p className="mb-4 flex gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          <Icon name="warning" className="mt-0.5 size-4" />
          {t.syncs.reconnecting}
        </p>
      )}
    </div>
  );
}
