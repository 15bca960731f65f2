import { en } from "./en";
import { type Translation, translated } from "./translation";

/** Every language has the same keys; English is where they are named. */
export type Strings = typeof en;

/** The words of the pages. Components hold none of their own. */
export let t: Strings = en;

/** Has the pages speak another language. It comes before any of them is loaded. */
export function speak(words: Translation<Strings>) {
  t = translated(en, words);
}
