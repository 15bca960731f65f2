import { type Signal, signal } from "./signal";

/**
 * A choice of how pages look that this browser remembers. Nothing else is kept
 * in the browser: no data, no names, no tokens.
 */
export function stored<T extends string>(key: string, allowed: readonly T[], first: T): Signal<T> {
  const inner = signal(read(key, allowed) ?? first);
  return {
    ...inner,
    set: (value) => {
      try {
        localStorage.setItem(key, value);
      } catch {
        // A browser that stores nothing forgets the choice with the page.
      }
      inner.set(value);
    },
  };
}

function read<T extends string>(key: string, allowed: readonly T[]): T | undefined {
  try {
    const value = localStorage.getItem(key);
    return allowed.find((one) => one === value);
  } catch {
    return undefined;
  }
}
