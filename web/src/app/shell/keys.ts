import type { AnyRouter } from "@tanstack/react-router";
import { signal } from "@/lib/signal";
import { allPlaces } from "./places";

/** Whether the list of keys is shown. */
export const helpOpen = signal(false);

/** How long after `g` the second key counts, in milliseconds. */
const patience = 1500;

/** Whether somebody is typing, so that letters belong to the text. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/**
 * Listens for the keys that work on every page: `/` for the search, `g` and a
 * letter for a page, `?` for the list of keys. An open dialog silences them. What
 * it returns stops the listening.
 */
export function listenForKeys(router: AnyRouter, document: Document): () => void {
  let since = Number.NEGATIVE_INFINITY;
  const hear = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("[role=dialog]")) return;
    if (!document.getElementById("page")) return;
    const second = event.timeStamp - since < patience;
    since = Number.NEGATIVE_INFINITY;
    if (second) {
      const place = allPlaces.find((one) => one.key === event.key);
      if (place) {
        event.preventDefault();
        void router.navigate({ to: place.to });
      }
      return;
    }
    if (event.key === "g") since = event.timeStamp;
    if (event.key === "?") helpOpen.set(true);
    if (event.key === "/") {
      event.preventDefault();
      void goToSearch(router, document);
    }
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}

async function goToSearch(router: AnyRouter, document: Document) {
  const field = () => document.querySelector<HTMLInputElement>("main input[type=search]");
  if (!field()) await router.navigate({ to: "/library" });
  // The page that was just reached is drawn by the next frame.
  requestAnimationFrame(() => field()?.focus());
}
