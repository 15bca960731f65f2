import type { en } from "../en";
import type { Translation } from "../translation";

export const admin: Translation<typeof en.admin> = {
  title: "Server",
  error: "Der Zustand des Servers kann nicht gezeigt werden",
  version: "Version",
  database: "Datenbank",
  databases: { sqlite: "SQLite", postgres: "PostgreSQL" },
  budget: "Aufrufe heute übrig, alle Konten",
  slowed: "gebremst, weil Audible darum gebeten hat",
  jobs: "Arbeit im Hintergrund",
  job: "Aufgabe",
  due: "Fällig",
  state: "Zustand",
  states: { waiting: "wartet", due: "fällig", running: "läuft" },
  attempts: "Versuche",
  noJobs: "Nichts wartet.",
  jobKinds: {
    sync: "Bibliothek abgleichen",
    catalog: "Reihen und Preise nachschlagen",
    deregister: "Gerät bei Amazon abmelden",
    leave: "Jemanden gehen lassen",
    clean: "Aufräumen",
    backup: "Sicherung schreiben",
    try_backup: "Neueste Sicherung probieren",
    checkpoint: "Enden der Protokolle anderswo festhalten",
  },
  forbiddenTitle: "Für die Verwaltung",
  forbiddenText: "Wer diesen Server verwaltet, findet hier etwas. Du verwaltest ihn nicht.",
};
