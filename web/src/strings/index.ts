import { en } from "./en";

/** Every language has the same keys; English is where they are named. */
export type Strings = typeof en;

/** The words of the pages. Components hold none of their own. */
export const t: Strings = en;
