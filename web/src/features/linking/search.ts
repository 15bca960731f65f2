import type { LinkDoor } from "@/api/types";

/** What the page of a new link can be opened with. */
export type NewLinkSearch = {
  marketplace?: string;
  door?: LinkDoor;
  /** Why the door that was tried first is shut. */
  note?: string;
};

export const doors = ["relay", "browser", "guided", "file"] as const satisfies readonly LinkDoor[];

/** What the page of a pending link can be opened with. */
export type LinkSearch = {
  /** The person signs in again for an account that they linked before, and need not name it once more. */
  again?: true;
};

export const linkSearch = ({ again }: Record<string, unknown>): LinkSearch =>
  again === true ? { again } : {};

/** Reads the address of the page; what it doesn't know falls away. */
export function newLinkSearch(search: Record<string, unknown>): NewLinkSearch {
  const { marketplace, note } = search;
  const door = doors.find((one) => one === search.door);
  return {
    ...(typeof marketplace === "string" && /^[a-z]{2}$/.test(marketplace) && { marketplace }),
    ...(door && { door }),
    ...(typeof note === "string" && note !== "" && { note: note.slice(0, 300) }),
  };
}
