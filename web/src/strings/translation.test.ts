import { expect, test } from "vitest";
import { languageFor } from "@/lib/language";
import { de } from "./de";
import { en } from "./en";
import { translated, untranslated } from "./translation";

test("German has a word for everything that English has one for", () => {
  expect(untranslated(en, de)).toEqual([]);
});

test("what is not translated stays English, and what is takes its place", () => {
  const english = { a: "one", b: { c: "two", d: (n: number) => `${n} three` }, e: ["four"] };
  const words = { a: "eins", b: { d: (n: number) => `${n} drei` }, e: ["vier"] };
  const both = translated(english, words);
  expect([both.a, both.b.c, both.b.d(3), both.e]).toEqual(["eins", "two", "3 drei", ["vier"]]);
  expect(untranslated(english, words)).toEqual(["b.c"]);
});

test("the pages speak the language that was chosen, else the browser's, else English", () => {
  expect(languageFor("en", ["de-DE"])).toBe("en");
  expect(languageFor("browser", ["fr-FR", "de-AT", "en"])).toBe("de");
  expect(languageFor("browser", ["en-US", "de"])).toBe("en");
  expect(languageFor("browser", ["ja"])).toBe("en");
});
