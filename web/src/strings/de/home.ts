import { formatCount } from "@/lib/format";
import type { en } from "../en";
import type { Translation } from "../translation";

export const home: Translation<typeof en.home> = {
  title: "Start",
  hello: (name) => `Hallo, ${name}`,
  health: {
    title: "Deine Audible-Konten",
    error: "Der Zustand deiner Konten kann nicht gezeigt werden",
    allGood: (n) =>
      n === 1
        ? "Deine Verbindung steht"
        : n === 2
          ? "Beide Verbindungen stehen"
          : `Alle ${n} Verbindungen stehen`,
    syncedAt: (when) => `abgeglichen ${when}`,
    syncing: (done, total) =>
      total > 0
        ? `Abgleich läuft, ${formatCount(done)} von ${formatCount(total)}`
        : "Abgleich läuft",
    never: "noch nicht abgeglichen",
    state: {
      healthy: "Läuft",
      refreshing: "Läuft",
      degraded: "Gestört",
      needs_sign_in: "Braucht dich",
      revoked: "Getrennt",
    },
    degraded: "Die Verbindung ist gestört. AudiPy versucht es weiter; es ist nichts verloren.",
    broken:
      "Die Verbindung ist beendet. Melde dich noch einmal bei Audible an; deine Bibliothek bleibt.",
    look: "Ansehen",
    fix: "In Ordnung bringen",
  },
  welcome: {
    title: "Verbinde dein Audible-Konto",
    text: "Du meldest dich einmal an, auf Amazons eigenen Seiten. Von da an kommen deine Bücher von selbst hierher, und AudiPy sagt, was du als Nächstes hören kannst.",
    action: "Audible-Konto verbinden",
  },
  continue: {
    title: "Eine Reihe weiterhören",
    all: "Alle Vorschläge",
    place: (series, number) => (number ? `${series}, Band ${number}` : series),
    empty: "Keine Reihe wartet auf dich. Was in einer von deinen erscheint, steht dann hier.",
    error: "Die Vorschläge können nicht gezeigt werden",
    upcoming: "Angekündigt",
  },
  newest: {
    title: "Neu in deiner Bibliothek",
    all: "Die ganze Bibliothek",
    empty: "Neue Bücher stehen nach dem nächsten Abgleich hier.",
    error: "Die Bibliothek kann nicht gezeigt werden",
  },
  charts: {
    title: "Im Lauf der Zeit",
    library: "Deine Bibliothek",
    librarySummary: (added, months) =>
      added === 1
        ? `In den letzten ${months} Monaten kam 1 Titel hinzu.`
        : `In den letzten ${months} Monaten kamen ${formatCount(added)} Titel hinzu.`,
    listening: "Gehört",
    listeningSummary: (hours, month) => `${formatCount(hours)} h im ${month}.`,
    listeningNone: "Audible hat noch nichts gezählt.",
    month: "Monat",
    added: "Hinzugekommen",
    total: "Insgesamt",
    hours: "Stunden",
    hoursShort: (n) => `${formatCount(n)} h`,
    libraryError: "Wie deine Bibliothek gewachsen ist, kann nicht gezeigt werden",
    listeningError: "Wie viel du gehört hast, kann nicht gezeigt werden",
  },
};
