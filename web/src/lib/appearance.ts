import { stored } from "./stored";

export const appearances = ["system", "light", "dark"] as const;
export type Appearance = (typeof appearances)[number];

/** Light, dark, or as the system says, which is where everybody starts. */
export const appearance = stored<Appearance>("appearance", appearances, "system");

/** Puts the choice on the document, now and whenever it changes. */
export function followAppearance(root: HTMLElement) {
  const apply = () => {
    root.classList.toggle("light", appearance.get() === "light");
    root.classList.toggle("dark", appearance.get() === "dark");
  };
  apply();
  appearance.subscribe(apply);
}
