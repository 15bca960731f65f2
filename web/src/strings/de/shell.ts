import type { en } from "../en";
import type { Translation } from "../translation";

export const shell: Translation<typeof en.shell> = {
  skip: "Zum Inhalt springen",
  navigation: "Hauptmenü",
  toasts: "Meldungen",
  signOut: "Abmelden",
  signedOutHere: {
    title: "Nur hier abgemeldet",
    text: "Der Server war nicht zu erreichen. Deine Sitzung dort endet von selbst, oder wenn du dich noch einmal abmeldest.",
  },
  factorsEnd: {
    title: (when) => `Deine zweiten Faktoren werden ${when} entfernt`,
    text: "Das hat die Verwaltung verlangt; dann genügt dein Passwort allein. Behalte sie, wenn du sie nicht verloren hast.",
    keep: "Behalten",
  },
  simulated: {
    title: "Erfundene Daten",
    text: "Hier ist alles ausgedacht. Nichts erreicht Amazon.",
  },
  demo: {
    open: "Etwas geschehen lassen",
    busy: "Es geschieht…",
    done: "Es ist geschehen",
    failed: "Es ist nicht geschehen",
    happenings: {
      "prices-fall": "Preise fallen",
      "token-dies": "Ein Token stirbt",
      "title-appears": "Ein Titel wird gekauft",
    },
  },
  insecure: {
    title: "Nicht verschlüsselt",
    text: "Diese Verbindung ist einfaches HTTP. Andere im Netz können mitlesen.",
  },
  offline: "Keine Verbindung zum Server. Was du siehst, kann veraltet sein.",
  nav: {
    home: "Start",
    library: "Bibliothek",
    series: "Reihen",
    next: "Als Nächstes",
    accounts: "Konten",
    notices: "Meldungen",
    syncs: "Abgleiche",
    settings: "Einstellungen",
    programs: "Programme",
    security: "Sicherheit",
    people: "Leute",
    admin: "Server",
    more: "Mehr",
  },
  appearance: { label: "Aussehen", system: "Wie das System", light: "Hell", dark: "Dunkel" },
  keys: {
    title: "Tastatur",
    open: "Hilfe zur Tastatur",
    intro: "Diese Tasten gelten auf jeder Seite, außer beim Tippen.",
    search: "In der Bibliothek suchen",
    go: (page) => `Gehe zu ${page}`,
    arrows: "Von Titel zu Titel",
    help: "Diese Liste",
    escape: "Schließen oder leeren",
    followedBy: "dann",
  },
  stepUp: {
    title: "Zeig, dass du es bist",
    text: "Das hier ändert etwas Wichtiges. Zeig noch einmal, dass du es bist.",
    password: "Passwort",
    action: "Bestätigen",
    wrong: "Das ist nicht dein Passwort.",
  },
};
