import { plural } from "@/lib/plural";

export const series = {
  title: "Series",
  lead: (series: number, complete: number, missing: number) =>
    `${plural(series, "series", "series")}, ${complete.toLocaleString("en")} complete, ${plural(missing, "volume", "volumes")} missing.`,
  search: "Search series",
  sort: "Sort by",
  sorts: {
    recent: "Last added to",
    title: "Title",
    missing: "Most missing",
    progress: "Most complete",
  },
  show: "Show",
  shows: { all: "All", missing: "With gaps", complete: "Complete", upcoming: "With announcements" },
  progress: (owned: number, total: number) => `${owned} of ${total}`,
  complete: "Complete",
  allThere: "Every volume that is out",
  found: (count: number) => `${plural(count, "series", "series")} shown`,
  missing: (count: number) => `${plural(count, "volume", "volumes")} missing`,
  announced: (count: number) => `${count} announced`,
  shelf: (owned: number, missing: number, unreleased: number) =>
    [
      plural(owned, "volume owned", "volumes owned"),
      missing > 0 ? `${missing} missing` : "none missing",
      unreleased > 0 ? `${unreleased} announced` : "",
    ]
      .filter(Boolean)
      .join(", "),
  states: { owned: "Yours", missing: "Missing", unreleased: "Announced", listed: "Extra" },
  hidden: {
    dismissed: "you don't want it",
    snoozed: "put off until later",
    language: "not in your language",
    unbuyable: "no longer sold",
  } as Record<string, string>,
  volume: (number: string) => `Volume ${number}`,
  unnumbered: "Without a number",
  unknownTitle: "Title not looked up yet",
  editions: (count: number) => `${plural(count, "edition", "editions")} in the store`,
  outOn: (day: string) => `Out ${day}`,
  alsoCalled: (names: string) => `Also listed as ${names}`,
  back: "All series",
  filterVolumes: "Volumes",
  onlyMissing: "Only what I lack",
  emptyTitle: "No series yet",
  emptyText:
    "As soon as your library holds a title of a series, the series stands here with every volume: yours, missing and announced.",
  emptyAction: "Link an Audible account",
  error: "Your series can't be shown",
  oneError: "This series can't be shown",
  goneTitle: "This series isn't known here",
  goneText: "No title of it is in your libraries. It may have been there before.",
  goneAction: "To your series",
  noMatchTitle: "No series fits",
  noMatchText: "Other words or another filter may find it.",
  noMatchAction: "Show all series",
  allOwnedTitle: "Nothing missing",
  allOwnedText: "You have every volume of this series that is out.",
};
