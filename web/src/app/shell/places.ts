import { t } from "@/strings";
import type { IconName } from "@/ui/icon";

/** A page of the navigation; `key` follows `g` on the keyboard. */
export type Place = { to: string; label: string; icon: IconName; key: string };

const { nav } = t.shell;

/** The pages people come for. On a phone the first four stand in the bar. */
export const places = [
  { to: "/", label: nav.home, icon: "home", key: "h" },
  { to: "/library", label: nav.library, icon: "library", key: "l" },
  { to: "/series", label: nav.series, icon: "series", key: "s" },
  { to: "/next", label: nav.next, icon: "next", key: "n" },
] as const satisfies Place[];

/** The pages that look after things. */
export const upkeep = [
  { to: "/accounts", label: nav.accounts, icon: "accounts", key: "a" },
  { to: "/sync-runs", label: nav.syncs, icon: "syncs", key: "r" },
  { to: "/notices", label: nav.notices, icon: "bell", key: "o" },
  { to: "/settings", label: nav.settings, icon: "settings", key: "e" },
  { to: "/security", label: nav.security, icon: "security", key: "u" },
  { to: "/programs", label: nav.programs, icon: "terminal", key: "c" },
] as const satisfies Place[];

/** The pages for administrators. */
export const administration = [
  { to: "/people", label: nav.people, icon: "people", key: "p" },
  { to: "/admin", label: nav.admin, icon: "admin", key: "d" },
] as const satisfies Place[];

export const allPlaces = [...places, ...upkeep, ...administration];

/** The pages that look after things, as far as somebody may see them. */
export function upkeepOf(me: { is_admin: boolean } | null | undefined): readonly Place[] {
  return me?.is_admin ? [...upkeep, ...administration] : upkeep;
}
