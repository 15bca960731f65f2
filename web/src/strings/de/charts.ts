import type { en } from "../en";
import type { Translation } from "../translation";

export const charts: Translation<typeof en.charts> = {
  asTable: "Als Tabelle zeigen",
  day: "Tag",
  month: "Monat",
  price: "Preis",
  limit: "deine Grenze",
};
