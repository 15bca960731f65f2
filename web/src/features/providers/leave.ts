import { api } from "@/api/client";

const place = "audipy.return";

/** Sends this page to a provider by what stands at `path`; `next` is where to go afterwards. */
export async function leaveFor(path: string, body: object, next: string): Promise<void> {
  const { location } = await api.post<{ location: string }>(path, body);
  sessionStorage.setItem(place, next);
  window.location.assign(location);
}

/** Where the page that left for a provider wanted to go on, once. */
export function placeToReturn(): string {
  const next = sessionStorage.getItem(place) ?? "/";
  sessionStorage.removeItem(place);
  return next;
}
