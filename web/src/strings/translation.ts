/** The words of a language: those of English, as far as they are translated. */
export type Translation<T> = {
  [K in keyof T]?: T[K] extends string
    ? string
    : T[K] extends readonly string[]
      ? readonly string[]
      : T[K] extends (...args: infer A) => infer R
        ? (...args: A) => R
        : Translation<T[K]>;
};

/** English with the words of another language in its place, where it has them. */
export function translated<T>(english: T, words: Translation<T> | undefined): T {
  if (words === undefined) return english;
  if (typeof english !== "object" || english === null || Array.isArray(english)) {
    return words as T;
  }
  const all = { ...english } as Record<string, unknown>;
  for (const [key, value] of Object.entries(english)) {
    all[key] = translated(value, (words as Record<string, never>)[key]);
  }
  return all as T;
}

/** The keys of English that a language has no words for, as "home.title". */
export function untranslated(english: unknown, words: unknown, path = ""): string[] {
  if (words === undefined) return [path];
  if (typeof english !== "object" || english === null || Array.isArray(english)) return [];
  return Object.entries(english).flatMap(([key, value]) =>
    untranslated(value, (words as Record<string, unknown>)[key], path ? `${path}.${key}` : key),
  );
}
