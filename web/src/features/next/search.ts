import { type KindFilter, kinds } from "./queries";

/** What the address of the page of suggestions can hold. */
export type NextSearch = { kind?: KindFilter };

/** Reads the address of the page; what it doesn't know falls away. */
export function nextSearch(search: Record<string, unknown>): NextSearch {
  const kind = kinds.find((one) => one === search.kind);
  return kind && kind !== "all" ? { kind } : {};
}
