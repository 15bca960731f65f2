import { formatCount } from "@/lib/format";

export const home = {
  title: "Home",
  hello: (name: string) => `Hello, ${name}`,
  health: {
    title: "Your Audible accounts",
    error: "The state of your accounts can't be shown",
    allGood: (n: number) =>
      n === 1 ? "Your link works" : n === 2 ? "Both links work" : `All ${n} links work`,
    syncedAt: (when: string) => `synced ${when}`,
    syncing: (done: number, total: number) =>
      total > 0 ? `syncing, ${formatCount(done)} of ${formatCount(total)}` : "syncing",
    never: "not synced yet",
    state: {
      healthy: "Works",
      refreshing: "Works",
      degraded: "Trouble",
      needs_sign_in: "Needs you",
      revoked: "Unlinked",
    },
    degraded: "The link has trouble. AudiPy keeps trying; nothing is lost.",
    broken: "The link has ended. Sign in to Audible once more; your library stays.",
    look: "Look at it",
    fix: "Put it right",
  },
  welcome: {
    title: "Link your Audible account",
    text: "You sign in once, on Amazon's own pages. From then on your books come here by themselves, and AudiPy says what to listen to next.",
    action: "Link an Audible account",
  },
  continue: {
    title: "Go on with a series",
    all: "All suggestions",
    place: (series: string, number: string | undefined) =>
      number ? `${series}, book ${number}` : series,
    empty: "No series waits for you. Whatever comes out in one of yours shows up here.",
    error: "The suggestions can't be shown",
    upcoming: "Coming up",
  },
  newest: {
    title: "New in your library",
    all: "The whole library",
    empty: "New books appear here after the next sync.",
    error: "The library can't be shown",
  },
  charts: {
    title: "Over time",
    library: "Your library",
    librarySummary: (added: number, months: number) =>
      added === 1
        ? `1 title came in the last ${months} months.`
        : `${formatCount(added)} titles came in the last ${months} months.`,
    listening: "Listening",
    listeningSummary: (hours: number, month: string) => `${formatCount(hours)} h in ${month}.`,
    listeningNone: "Audible has counted nothing yet.",
    month: "Month",
    added: "Added",
    total: "In all",
    hours: "Hours",
    hoursShort: (n: number) => `${formatCount(n)} h`,
    libraryError: "How your library grew can't be shown",
    listeningError: "How much you listened can't be shown",
  },
};
