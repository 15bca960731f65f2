import { stored } from "./stored";

/** What can be chosen: as the browser says, or one of the languages of the pages. */
export const languageChoices = ["browser", "en", "de"] as const;
export type LanguageChoice = (typeof languageChoices)[number];
export type Language = Exclude<LanguageChoice, "browser">;

/** The language that somebody chose; this browser remembers it. */
export const languageChoice = stored<LanguageChoice>("language", languageChoices, "browser");

/** The first of the browser's languages that the pages have, else English. */
export function languageFor(choice: LanguageChoice, wanted: readonly string[]): Language {
  if (choice !== "browser") return choice;
  for (const one of wanted) {
    const found = languageChoices.find((known) => known === one.slice(0, 2).toLowerCase());
    if (found === "en" || found === "de") return found;
  }
  return "en";
}

/** The language of the pages. Another choice holds from the next loading on. */
export const language = languageFor(languageChoice.get(), globalThis.navigator?.languages ?? []);

/** How dates and numbers are written. */
export const locale: string = { en: "en-GB", de: "de-DE" }[language];
