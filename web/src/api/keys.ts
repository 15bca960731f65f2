/** The first words of the cache's keys, so that an event can name what it touches. */
export const keys = {
  library: ["library"],
  facets: ["library-facets"],
  timeline: ["library-timeline"],
  listening: ["listening-timeline"],
  series: ["series"],
  suggestions: ["suggestions"],
  book: ["book"],
  preferences: ["preferences"],
  accounts: ["accounts"],
  links: ["account-links"],
  syncRuns: ["sync-runs"],
  sessions: ["sessions"],
  activity: ["activity"],
} as const;

/** Everything that is worked out from the library or from preferences. */
export const derived = [
  keys.library,
  keys.facets,
  keys.timeline,
  keys.listening,
  keys.series,
  keys.suggestions,
  keys.book,
] as const;
