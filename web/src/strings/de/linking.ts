import type { en } from "../en";
import type { Translation } from "../translation";

export const linking: Translation<typeof en.linking> = {
  title: "Audible-Konto verbinden",
  again: "Neu anmelden",
  error: "Diese Verbindung kann nicht gezeigt werden",
  doorsError: "Ob ein Weg verschlossen ist, kann nicht gezeigt werden",
  stations: { marketplace: "Laden", door: "Weg", "sign-in": "Anmelden", confirm: "Bestätigen" },
  marketplaceTitle: "Wo kauft das Konto ein?",
  marketplaceLead:
    "Irgendeiner seiner Läden genügt: Titel in den anderen werden von selbst gefunden.",
  doorTitle: "Wie willst du dich anmelden?",
  doorLead: "Du meldest dich einmal an. Danach hält AudiPy die Verbindung von selbst am Leben.",
  recommended: "Am einfachsten",
  closed: "Hier nicht",
  inStore: (store) => `Audible-Laden: ${store}`,
  otherStore: "Ein anderer Laden",
  doors: {
    relay: {
      name: "Auf Amazons eigenen Seiten",
      text: "Sie öffnen sich in einem neuen Tab. Nichts abzuschreiben, nichts einzufügen.",
    },
    phone: {
      name: "Auf Amazons eigenen Seiten, am Telefon",
      text: "Richte seine Kamera auf einen Code. Für alle, die dort bei Amazon angemeldet sind.",
    },
    browser: {
      name: "In deinem Browser, dann einfügen",
      text: "Melde dich bei Amazon an und kopiere die Adresse der letzten Seite herüber. Geht mit Passkeys.",
    },
    guided: {
      name: "Schritt für Schritt, hier",
      text: "AudiPy fragt, was Amazon fragt: Passwort, Bild, Code. Dein Passwort wird behalten, bis die Verbindung steht, höchstens zehn Minuten.",
    },
    file: {
      name: "Aus der Datei eines anderen Programms",
      text: "Eine Zugangsdatei von audible-cli, audible-rs, Libation oder OpenAudible. Niemand meldet sich an.",
    },
  },
  userName: "Das Konto hat einen Benutzernamen aus der Zeit vor 2008, keine E-Mail-Adresse",
  continue: "Weiter",
  back: "Zurück",
  cancel: "Abbrechen",
  startOver: "Von vorn beginnen",
  otherWay: "Ein anderer Weg",
  expires: (minutes, seconds) =>
    `Noch ${minutes}:${String(seconds).padStart(2, "0")} Minuten offen`,
  relayTitle: "Auf Amazons Seiten anmelden",
  relayText:
    "Sie öffnen sich in einem neuen Tab. Wenn du dort fertig bist, geht diese Seite von selbst weiter.",
  relayOpen: "Amazons Anmeldung öffnen",
  relayPhone: "Oder am Telefon",
  relayPhoneText:
    "Richte seine Kamera auf den Code. Es muss im selben Netz sein wie dieser Server.",
  relayQR: "QR-Code mit der Adresse der Anmeldung",
  registering: "Amazon hat dich eingelassen; die Verbindung entsteht…",
  relayWaiting: "Wartet, bis du dort fertig bist…",
  relayGone:
    "Die Adresse wurde einmal gezeigt und kann nicht noch einmal gezeigt werden. Ist ihr Tab verloren, beginne von vorn.",
  browserTitle: "Bei Amazon anmelden, dann einfügen",
  browserStuck: "Hier kommt nur dein Browser weiter",
  browserOpen: "Amazons Anmeldung öffnen",
  leaves: (host) => `Führt zu ${host}. Nach der kopierten Adresse fragt AudiPy nirgends als hier.`,
  leavesSimulation:
    "Das echte Amazon würde antworten, und das weiß nichts von dem erfundenen Konto. Nimm hier einen anderen Weg.",
  browserSteps: [
    "Melde dich dort an wie immer.",
    "Am Ende steht eine Seite, die es angeblich nicht gibt. Das ist richtig so.",
    "Kopiere die Adresse dieser Seite und füge sie hier ein.",
  ],
  address: "Adresse der letzten Seite",
  addressHint: "Sie beginnt mit https:// und ist lang.",
  addressOdd:
    "Das sieht nicht nach der Adresse der letzten Seite aus: In ihr stünde „openid.oa2.authorization_code“.",
  finish: "Fertigstellen",
  questions: {
    credentials: "Dein Amazon-Konto",
    password_rejected: "Das hat Amazon nicht angenommen",
    captcha: "Was steht auf dem Bild?",
    device_choice: "Woher soll der Code kommen?",
    otp: "Dein Einmalpasswort",
    code: "Der Code, den Amazon geschickt hat",
    account: "Welches Konto ist es?",
  },
  choiceKinds: {
    totp: "Authenticator-App",
    sms: "Textnachricht",
    voice: "Anruf",
    whatsapp: "WhatsApp",
    email: "E-Mail",
    other: "Auf anderem Weg",
  },
  otherWays: "Andere Wege zu einem Code",
  questionOther: "Amazon fragt",
  captchaImage: "Die Zeichen, die zu tippen sind, als Bild",
  send: "An Amazon schicken",
  sending: "Amazon wird gefragt…",
  approvalTitle: "Die Anmeldung bestätigen",
  approvalText:
    "Amazon hat eine Benachrichtigung oder eine E-Mail geschickt. Bestätige sie dort; diese Seite geht von selbst weiter.",
  approvalCheck: "Ich habe bestätigt",
  fileTitle: "Zugangsdatei einlesen",
  filePick: "Zugangsdatei",
  fileHint:
    "Sie wird in diesem Browser gelesen und an deinen eigenen Server geschickt, sonst nirgendwohin.",
  filePassword: "Ihr Passwort",
  filePasswordHint: "Nur, wenn die Datei verschlüsselt ist.",
  fileTooBig: "Eine Zugangsdatei ist einige Kilobyte lang; diese nicht.",
  fileImport: "Einlesen",
  confirmTitle: "Ist es dieses Konto?",
  confirmText: "Nichts ist verbunden, bevor du es sagst.",
  linkedElsewhere:
    "Jemand anders auf diesem Server hat dieses Konto auch verbunden. Beide Verbindungen gelten, jede für sich.",
  sharedDevice: "Ein anderes Programm benutzt dasselbe Gerät; hier zu trennen lässt es angemeldet.",
  alreadyLinked:
    "Es ist schon verbunden. Weiter erneuert diese Verbindung; Bibliothek und Einstellungen bleiben.",
  renewed: "Neu angemeldet",
  confirm: "Ja, verbinden",
  decline: "Nein, vergessen",
  doneTitle: "Verbunden",
  doneText:
    "Der erste Abgleich hat begonnen und endet in der Bibliothek. Er läuft auch ohne diese Seite.",
  toLibrary: "Zur Bibliothek",
  toAccount: "Zum Konto",
  firstSync: "Erster Abgleich",
  endedTitle: "Diese Anmeldung ist vorbei",
  endedText:
    "Sie ist nach zehn Minuten abgelaufen oder abgebrochen worden. Nichts wurde verbunden und nichts behalten.",
};
