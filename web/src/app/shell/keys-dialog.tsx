import type { ReactNode } from "react";
import { useSignal } from "@/lib/signal";
import { t } from "@/strings";
import { Dialog } from "@/ui/dialog";
import { helpOpen } from "./keys";
import { allPlaces } from "./places";

/** The list of keys. */
export function KeysDialog() {
  const open = useSignal(helpOpen);
  const { keys } = t.shell;
  return (
    <Dialog
      open={open}
      onClose={() => helpOpen.set(false)}
      title={keys.title}
      description={keys.intro}
      wide
    >
      <dl className="grid gap-x-8 sm:grid-cols-2">
        <Row keys={<Key>/</Key>} text={keys.search} />
        <Row keys={<Key>?</Key>} text={keys.help} />
        <Row keys={<Key>← ↑ → ↓</Key>} text={keys.arrows} />
        <Row keys={<Key>Esc</Key>} text={keys.escape} />
        {allPlaces.map((place) => (
          <Row
            key={place.to}
            keys={
              <>
                <Key>g</Key> {keys.followedBy} <Key>{place.key}</Key>
              </>
            }
            text={keys.go(place.label)}
          />
        ))}
      </dl>
    </Dialog>
  );
}

function Row({ keys, text }: { keys: ReactNode; text: string }) {
  return (
    <div className="flex items-center justify-between gap-4 border-line border-b py-2">
      <dt>{text}</dt>
      <dd className="whitespace-nowrap text-muted text-sm">{keys}</dd>
    </div>
  );
}

function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-md border border-line bg-paper px-1.5 py-0.5 font-sans text-ink text-sm">
      {children}
    </kbd>
  );
}
