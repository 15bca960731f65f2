import { formatCount } from "@/lib/format";
import { plural } from "@/lib/plural";
import type { en } from "../en";
import type { Translation } from "../translation";

export const series: Translation<typeof en.series> = {
  title: "Reihen",
  lead: (series, complete, missing) =>
    `${plural(series, "Reihe", "Reihen")}, ${formatCount(complete)} vollständig, ${plural(missing, "Band fehlt", "Bände fehlen")}.`,
  search: "Reihen suchen",
  sort: "Ordnen nach",
  sorts: {
    recent: "Zuletzt erweitert",
    title: "Titel",
    missing: "Größte Lücken",
    progress: "Am vollständigsten",
  },
  show: "Zeigen",
  shows: {
    all: "Alle",
    missing: "Mit Lücken",
    complete: "Vollständige",
    upcoming: "Mit Ankündigungen",
  },
  progress: (owned, total) => `${owned} von ${total}`,
  complete: "Vollständig",
  allThere: "Jeder Band, der erschienen ist",
  found: (count) => `${plural(count, "Reihe", "Reihen")} gezeigt`,
  missing: (count) => plural(count, "Band fehlt", "Bände fehlen"),
  announced: (count) => `${count} angekündigt`,
  shelf: (owned, missing, unreleased) =>
    [
      plural(owned, "Band vorhanden", "Bände vorhanden"),
      missing > 0 ? `${missing} fehlen` : "keiner fehlt",
      unreleased > 0 ? `${unreleased} angekündigt` : "",
    ]
      .filter(Boolean)
      .join(", "),
  states: { owned: "Deins", missing: "Fehlt", unreleased: "Angekündigt", listed: "Zugabe" },
  hidden: {
    dismissed: "du willst es nicht",
    snoozed: "zurückgestellt",
    language: "nicht in deiner Sprache",
    unbuyable: "nicht mehr im Verkauf",
  },
  volume: (number) => `Band ${number}`,
  unnumbered: "Ohne Nummer",
  unknownTitle: "Titel noch nicht nachgeschlagen",
  editions: (count) => `${plural(count, "Ausgabe", "Ausgaben")} im Laden`,
  outOn: (day) => `Erscheint ${day}`,
  alsoCalled: (names) => `Auch geführt als ${names}`,
  back: "Alle Reihen",
  filterVolumes: "Bände",
  onlyMissing: "Nur was mir fehlt",
  emptyTitle: "Noch keine Reihe",
  emptyText:
    "Sobald deine Bibliothek einen Titel einer Reihe hat, steht die Reihe hier mit jedem Band: deinen, fehlenden und angekündigten.",
  emptyAction: "Audible-Konto verbinden",
  error: "Deine Reihen können nicht gezeigt werden",
  oneError: "Diese Reihe kann nicht gezeigt werden",
  goneTitle: "Diese Reihe ist hier nicht bekannt",
  goneText: "Kein Titel von ihr ist in deinen Bibliotheken. Vielleicht war sie früher da.",
  goneAction: "Zu deinen Reihen",
  noMatchTitle: "Keine Reihe passt",
  noMatchText: "Andere Wörter oder ein anderer Filter finden sie vielleicht.",
  noMatchAction: "Alle Reihen zeigen",
  allOwnedTitle: "Nichts fehlt",
  allOwnedText: "Du hast jeden Band dieser Reihe, der erschienen ist.",
};
