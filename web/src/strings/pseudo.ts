/** A text that no reader takes for English, with what it was still to be told. */
export function pseudoText(text: string): string {
  return `⟦${text}⟧`;
}

/** The words of a language that does not exist: every text stands in brackets. */
export function pseudo<T>(words: T): T {
  if (typeof words === "string") return pseudoText(words) as T;
  if (typeof words === "function") {
    return ((...args: unknown[]) => pseudo(words(...args) as unknown)) as T;
  }
  if (Array.isArray(words)) return words.map(pseudo) as T;
  if (typeof words !== "object" || words === null) return words;
  return Object.fromEntries(Object.entries(words).map(([key, one]) => [key, pseudo(one)])) as T;
}

/** What of a text stands outside of all brackets. */
export function outside(text: string): string {
  const without = text.replaceAll(/⟦[^⟦⟧]*⟧/g, "");
  return without === text ? text : outside(without);
}
