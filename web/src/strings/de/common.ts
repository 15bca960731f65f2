import type { en } from "../en";
import type { Translation } from "../translation";

export const common: Translation<typeof en.common> = {
  app: "AudiPy",
  tryAgain: "Noch einmal versuchen",
  cancel: "Abbrechen",
  close: "Schließen",
  save: "Speichern",
  saved: "Gespeichert",
  loading: "Wird geladen",
  showPassword: "Passwort zeigen",
  hidePassword: "Passwort verbergen",
  clear: "Leeren",
  more: "Mehr",
  back: "Zurück",
  errorTitle: "Das hat nicht geklappt",
  errorNext:
    "Hilft ein neuer Versuch nicht, findet der Betreiber dieses Servers mehr in dessen Protokoll.",
  startError: "Diese Seite kann nicht gezeigt werden",
  problems: {
    offline: "Der Server antwortet nicht. Sieh nach, ob er läuft und ob du verbunden bist.",
    busy: "Der Server ist beschäftigt. Versuch es gleich noch einmal.",
    too_many_attempts: "Das wurde zu oft versucht. Warte ein wenig und versuch es dann wieder.",
    unexpected: "Der Server hat anders geantwortet, als diese Seite es kennt.",
    not_found: "Hier ist nichts, oder es gehört dir nicht.",
  },
  requestId: (id) => `Anfrage ${id}`,
  retryIn: (seconds) =>
    seconds === 1
      ? "Versuch es in einer Sekunde wieder."
      : `Versuch es in ${seconds} Sekunden wieder.`,
  count: (n, one, many) => `${n} ${n === 1 ? one : many}`,
  notFound: {
    title: "Diese Seite gibt es nicht",
    text: "Die Adresse führt nirgendwohin. Vielleicht ist sie abgeschnitten, oder die Seite ist fort.",
    action: "Zum Anfang",
  },
  crash: {
    title: "Diese Seite ist kaputtgegangen",
    text: "Es ist nichts verloren. Neu laden hilft meistens.",
    action: "Neu laden",
  },
  marketplaces: {
    au: "Australien",
    br: "Brasilien",
    ca: "Kanada",
    de: "Deutschland",
    es: "Spanien",
    fr: "Frankreich",
    in: "Indien",
    it: "Italien",
    jp: "Japan",
    uk: "Großbritannien",
    us: "USA",
  },
};
