import { formatCount } from "@/lib/format";
import type { en } from "../en";
import type { Translation } from "../translation";

const titles = (n: number) => `${formatCount(n)} Titel`;

export const library: Translation<typeof en.library> = {
  title: "Bibliothek",
  titles,
  summary: (total, hours, finished) =>
    `${titles(total)} · ${formatCount(hours)} h · ${formatCount(finished)} zu Ende gehört`,
  found: (n) => `${titles(n)} gefunden`,
  search: "In der Bibliothek suchen",
  searchHint: "Titel, Autor, Sprecher, Reihe",
  filters: "Filter",
  clearAll: "Alle Filter entfernen",
  remove: (filter) => `Filter entfernen: ${filter}`,
  sort: "Ordnung",
  view: "Ansicht",
  grid: "Cover",
  table: "Tabelle",
  sorts: {
    purchased: "Zuletzt gekauft",
    title: "Titel",
    author: "Autor",
    added: "Zuletzt hier",
    released: "Zuletzt erschienen",
    longest: "Längste",
  },
  fields: {
    author: "Autor",
    narrator: "Sprecher",
    series: "Reihe",
    language: "Sprache",
    account: "Konto",
    marketplace: "Laden",
    finished: "Gehört",
    plus: "Plus",
    status: "Zustand",
    length: "Länge",
    search: "Suche",
  },
  any: "Alle",
  finished: { true: "Zu Ende gehört", false: "Nicht zu Ende gehört" },
  plus: { true: "In Plus", false: "Gekauft" },
  lengths: {
    short: "Unter 3 Stunden",
    medium: "3 bis 10 Stunden",
    long: "10 bis 20 Stunden",
    huge: "Über 20 Stunden",
  },
  minutes: (n) => `${n} min`,
  atLeast: (length) => `Mindestens ${length}`,
  atMost: (length) => `Höchstens ${length}`,
  columns: {
    title: "Titel",
    author: "Autor",
    narrator: "Sprecher",
    series: "Reihe",
    length: "Länge",
    released: "Erschienen",
    progress: "Gehört",
  },
  percent: (n) => `${n} % gehört`,
  inPlus: "Plus",
  gone: "Nicht mehr in der Bibliothek bei Audible",
  goneShort: "Fort",
  place: (series, sequence) => (sequence ? `${series}, Band ${sequence}` : series),
  export: "Ausgeben",
  exportCsv: "Als CSV, für Tabellen",
  exportJson: "Als JSON, mit allen Feldern",
  error: "Die Bibliothek kann nicht gezeigt werden",
  uncounted: "Wie viele Titel es sind, ist gerade nicht bekannt.",
  empty: {
    noAccount: {
      title: "Dein Regal ist leer",
      text: "Verbinde dein Audible-Konto, und deine Bücher kommen von selbst hierher.",
      action: "Audible-Konto verbinden",
    },
    syncing: {
      title: "Deine Bücher sind unterwegs",
      text: "Der erste Abgleich läuft. Cover erscheinen hier, sobald er fertig ist.",
      progress: (done, total) =>
        total > 0 ? `${formatCount(done)} von ${titles(total)}` : `${titles(done)} bisher`,
      action: "Zusehen",
    },
    waiting: {
      title: "Noch kein Abgleich",
      text: "Dein Konto ist verbunden, und sein erster Abgleich beginnt gleich.",
      trouble: "Dein Konto ist verbunden, aber vor dem Abgleich braucht die Verbindung dich.",
      action: "Das Konto ansehen",
    },
    nothing: {
      title: "Nichts in deiner Audible-Bibliothek",
      text: "Der letzte Abgleich hat keinen Titel gefunden. Kauf einen bei Audible, und der nächste bringt ihn her.",
      action: "Sehen, was du als Nächstes hören kannst",
    },
    noMatch: {
      title: "Kein Titel passt",
      text: "Nichts in deiner Bibliothek passt auf all das:",
    },
  },
};
