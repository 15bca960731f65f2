import type { AccountLink } from "@/api/types";

/**
 * Opens Amazon's pages in a tab of their own, so that nobody has to press a
 * second time. Where the browser doesn't let it, the page of the link still has
 * the button.
 */
export function openRelay({ relay_url: address }: AccountLink) {
  if (address) window.open(address, "_blank", "noopener,noreferrer");
}
