/** The words for what can go wrong, by the code of the problem. */
const problems: Record<string, string> = {
  offline: "The server doesn't answer. Look whether it runs and whether you are connected.",
  busy: "The server is busy. Try again in a moment.",
  too_many_attempts: "That was tried too often. Wait a little, then try again.",
  unexpected: "The server answered in a way this page doesn't know.",
  not_found: "There is nothing here, or it isn't yours.",
};

export const common = {
  app: "AudiPy",
  tryAgain: "Try again",
  cancel: "Cancel",
  close: "Close",
  save: "Save",
  saved: "Saved",
  loading: "Loading",
  showPassword: "Show the password",
  hidePassword: "Hide the password",
  clear: "Clear",
  more: "More",
  back: "Back",
  errorTitle: "That didn't work",
  errorNext: "If trying again doesn't help, whoever runs this server finds more in its log.",
  startError: "This page can't be shown",
  problems,
  requestId: (id: string) => `Request ${id}`,
  retryIn: (seconds: number) =>
    seconds === 1 ? "Try again in a second." : `Try again in ${seconds} seconds.`,
  count: (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`,
  notFound: {
    title: "No such page",
    text: "The address leads nowhere. It may have been cut off, or the page is gone.",
    action: "Go to the start",
  },
  crash: {
    title: "This page broke",
    text: "Nothing is lost. Loading it again usually helps.",
    action: "Load again",
  },
  marketplaces: {
    au: "Australia",
    br: "Brazil",
    ca: "Canada",
    de: "Germany",
    es: "Spain",
    fr: "France",
    in: "India",
    it: "Italy",
    jp: "Japan",
    uk: "United Kingdom",
    us: "United States",
  } as Record<string, string>,
};
