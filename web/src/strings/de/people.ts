import type { en } from "../en";
import type { Translation } from "../translation";

export const people: Translation<typeof en.people> = {
  title: "Leute",
  lead: "Wer diesen Server benutzen darf. Niemand sieht, was anderen gehört, auch die Verwaltung nicht.",
  error: "Wer hier ist, kann nicht gezeigt werden",
  invite: "Jemanden einladen",
  you: "Du",
  roles: { admin: "Verwaltung", member: "Mitglied" },
  disabled: "Ausgesperrt",
  since: (time) => `hier seit ${time}`,
  actions: (who) => `Was mit ${who} geschehen soll`,
  promote: "Zur Verwaltung machen",
  demote: "Die Verwaltung nehmen",
  disable: "Aussperren",
  enable: "Wieder einlassen",
  reset: "Link für ein neues Passwort",
  factors: "Verlorene zweite Faktoren wegnehmen",
  keepFactors: "Die zweiten Faktoren lassen",
  factorsEnd: (when) => `zweite Faktoren gehen ${when}`,
  delete: "Löschen",
  leaving: "Wird gelöscht",
  somebody: "Jemand, der gelöscht wurde",
  leavingState: (devices, tries, next) =>
    `${devices === 1 ? "Ein Gerät" : `${devices} Geräte`} bei Amazon abzumelden · ${tries === 1 ? "ein Versuch" : `${tries} Versuche`}${next && ` · der nächste ${next}`}`,
  deleted: "Die Person ist gelöscht.",
  deletedDevices:
    "Die Person ist gelöscht. Noch sind nicht alle ihre Geräte abgemeldet; das geht weiter.",
  onlyYou:
    "Sonst ist noch niemand hier. Eine Einladung ist ein Link, gut für eine Person und einen Tag.",
  sure: {
    promote: (who) => ({
      title: `${who} zur Verwaltung machen?`,
      text: "Die Verwaltung lädt Leute ein, sperrt sie aus und macht andere zur Verwaltung. Bibliotheken anderer sieht sie nicht.",
    }),
    demote: (who) => ({
      title: `${who} die Verwaltung nehmen?`,
      text: "Die Person bleibt Mitglied und meldet sich neu an.",
    }),
    factors: (who) => ({
      title: `${who} die zweiten Faktoren wegnehmen?`,
      text: "Es geschieht in einem Tag, und dann genügt das Passwort. Die Person erfährt es per Mail und kann es aufhalten.",
    }),
    delete: (who) => ({
      title: `${who} löschen?`,
      text: "Alles von ihr geht sofort und für immer, und ihre Geräte werden bei Amazon abgemeldet. Das ist endgültig.",
    }),
    disable: (who) => ({
      title: `${who} aussperren?`,
      text: "Jede ihrer Sitzungen endet sofort, und ihre Bibliotheken werden so lange nicht abgeglichen. Gelöscht wird nichts.",
    }),
  },
  changed: {
    factors: "Die zweiten Faktoren gehen in einem Tag, wenn es niemand aufhält.",
    keepFactors: "Die zweiten Faktoren bleiben.",
    promote: "Die Person gehört jetzt zur Verwaltung.",
    demote: "Die Person ist jetzt Mitglied.",
    disable: "Die Person ist ausgesperrt.",
    enable: "Die Person darf sich wieder anmelden.",
  },
  link: {
    copy: "Link kopieren",
    copied: "Kopiert",
    qr: "Der Link als QR-Code",
    once: "Er wird nur jetzt gezeigt. Schick ihn so, dass ihn niemand anders liest.",
    done: "Fertig",
    resetTitle: (who) => `Ein neues Passwort für ${who}`,
    resetText:
      "Mit diesem Link setzt die Person eines, binnen zehn Minuten. Bis dahin gilt das alte.",
  },
  invites: {
    error: "Die offenen Einladungen können nicht gezeigt werden",
    title: "Offene Einladungen",
    none: "Keine Einladung ist offen.",
    newTitle: "Jemanden einladen",
    newText:
      "Du bekommst einen Link, mit dem eine Person binnen eines Tages ihr eigenes Konto anlegt.",
    email: "E-Mail",
    emailHint:
      "Nur diese Adresse kann dann mitmachen. Bleibt sie leer, kann es jeder mit dem Link.",
    make: "Link machen",
    readyTitle: "Die Einladung ist fertig",
    readyText: "Eine Person kann damit ihr Konto anlegen, bis morgen um diese Zeit.",
    anybody: "Wer den Link hat",
    until: (time) => `endet ${time}`,
    end: "Zurücknehmen",
    endLabel: (who) => `Die Einladung für ${who} zurücknehmen`,
  },
};
