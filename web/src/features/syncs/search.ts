/** What the address of the page of runs can hold: an account's id. */
export type RunsSearch = { account?: string };

/** Reads the address of the page; what it doesn't know falls away. */
export function runsSearch(search: Record<string, unknown>): RunsSearch {
  const { account } = search;
  return typeof account === "string" && /^[\w-]{1,64}$/.test(account) ? { account } : {};
}
