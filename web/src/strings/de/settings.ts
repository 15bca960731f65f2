import type { en } from "../en";
import type { Translation } from "../translation";

export const settings: Translation<typeof en.settings> = {
  title: "Einstellungen",
  error: "Deine Vorlieben können nicht gezeigt werden",
  profile: "Profil",
  name: "Name",
  email: "E-Mail",
  save: "Speichern",
  saved: "Gespeichert",
  saving: "Wird gespeichert…",
  preferences: "Vorlieben",
  preferencesLead: "Sie wirken sofort, auf Vorschläge und Preise.",
  language: "Sprache, in der du hörst",
  anyLanguage: "Jede Sprache",
  marketplace: "Bevorzugter Laden",
  limits: "Höchstens in Geld",
  limitsLead:
    "Darüber ist ein Guthaben der bessere Handel. Beträge in verschiedenen Währungen werden nie verglichen, darum hat jeder Laden seine eigene Grenze.",
  limitFor: (store) => `In ${store}`,
  addLimit: "Grenze in einem anderen Laden",
  chooseStore: "Laden wählen",
  household: "Beim Regal des Haushalts mitmachen",
  householdHint:
    "An einem Vorschlag siehst du, wer hier den Titel noch hat, und andere sehen dasselbe von dir: deinen Namen und den Laden, mehr nicht. Nur wer mitmacht, sieht es.",
  notices: "Sag mir von neuen Titeln, Preisen und Verbindungen, die mich brauchen",
  amountBad: "Ein Betrag wie 12.66",
  appearance: "Aussehen",
  pages: "Sprache der Seiten",
  pagesLead: "Was Amazon, Audible und der Server selbst schreiben, bleibt, wie sie es schreiben.",
  languages: { browser: "Wie der Browser", en: "English", de: "Deutsch" },
  data: "Deine Daten",
  dataLead:
    "Alles, was dieser Server über dich hat, gehört dir: Nimm es mit, oder lass es löschen.",
  download: "Meine Daten herunterladen",
  downloadNote: "Eine JSON-Datei mit allem, außer Passwörtern, Token und Schlüsseln.",
  leave: "Mein Konto löschen",
  leaveTitle: "Dein Konto löschen?",
  leaveText:
    "Deine Bibliotheken, Preise, Wünsche und Verbindungen gehen sofort und für immer, und deine Geräte werden bei Amazon abgemeldet. Was du gekauft hast, bleibt bei Audible deins.",
  leaveSure: "Ich weiß, dass das endgültig ist",
  left: "Dein Konto ist gelöscht.",
  leftDevices: (n) =>
    `Dein Konto ist gelöscht. ${n === 1 ? "Ein Gerät" : `${n} Geräte`} ließ sich bei Amazon noch nicht abmelden; der Server versucht es weiter.`,
};
