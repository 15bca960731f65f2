import type { AccountLink } from "@/api/types";

/** The part of the page that shows where a link stands. */
export type LinkScreen =
  | "registering"
  | "question"
  | "approval"
  | "browser"
  | "relay"
  | "confirm"
  | "done"
  | "ended";

/** What decides which screen is shown. */
export type LinkPlace = Pick<AccountLink, "door" | "step" | "question" | "reason" | "sign_in_url">;

/**
 * The screen of a link. A relayed sign-in that has nothing to ask waits for
 * what happens on Amazon's pages, unless the server gives a reason why only
 * the browser can go on. A step that nobody has described yet leads to the
 * browser where there is an address for it, and ends the link otherwise.
 */
export function screenOf(link: LinkPlace): LinkScreen {
  switch (link.step) {
    case "confirm":
    case "done":
    case "approval":
    case "registering":
      return link.step;
    case "failed":
    case "cancelled":
    case "expired":
      return "ended";
  }
  if (link.question && link.question.fields.length > 0 && link.step !== "browser")
    return "question";
  if (link.door === "relay" && !link.reason) return "relay";
  return link.sign_in_url ? "browser" : "ended";
}

/** Reports whether the page has to ask again by itself, because something happens elsewhere. */
export function isWaiting(link: LinkPlace): boolean {
  const screen = screenOf(link);
  return screen === "approval" || screen === "relay" || screen === "registering";
}

/** The stations of a link that a person sees: where, how, the sign-in, and a yes. */
export const stations = ["marketplace", "door", "sign-in", "confirm"] as const;

/** One station, and how far the person is with it. */
export interface Station {
  readonly name: (typeof stations)[number];
  readonly state: "past" | "here" | "ahead";
}

/** The trail above the form: everything before here is past. */
export function trail(here: (typeof stations)[number]): Station[] {
  const place = stations.indexOf(here);
  return stations.map((name, i) => ({
    name,
    state: i < place ? "past" : i === place ? "here" : "ahead",
  }));
}

/** How a field of a question has to be typed and filled in. */
export interface FieldShape {
  readonly type: "text" | "password";
  readonly autoComplete: string;
  readonly inputMode: "text" | "numeric" | "email";
}

/**
 * The shape of a field by its kind. What goes to Amazon is never offered to
 * the password store of this site: it belongs to another one.
 */
export function fieldShape(kind: string): FieldShape {
  switch (kind) {
    case "password":
      return { type: "password", autoComplete: "off", inputMode: "text" };
    case "code":
      return { type: "text", autoComplete: "one-time-code", inputMode: "numeric" };
    default:
      return { type: "text", autoComplete: "off", inputMode: "text" };
  }
}

/** Whole minutes and seconds until a link expires, never below zero. */
export function timeLeft(
  expiresAt: string,
  now: Date,
): { readonly minutes: number; readonly seconds: number } {
  const left = Math.max(0, Math.round((Date.parse(expiresAt) - now.getTime()) / 1000)) || 0;
  return { minutes: Math.floor(left / 60), seconds: left % 60 };
}

/**
 * Reports whether a pasted text can be the address that a sign-in ends on.
 * The server decides; this only spares a round trip for the usual slips.
 */
export function looksLikeFinalAddress(text: string): boolean {
  try {
    const address = new URL(text.trim());
    return (
      address.protocol === "https:" && address.searchParams.has("openid.oa2.authorization_code")
    );
  } catch {
    return false;
  }
}
