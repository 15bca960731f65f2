import { appearance, appearances } from "@/lib/appearance";
import { useSignal } from "@/lib/signal";
import { t } from "@/strings";

/** Light, dark, or like the system; this browser remembers it. */
export function Appearance() {
  const value = useSignal(appearance);
  return (
    <fieldset className="grid gap-2 sm:grid-cols-3">
      <legend className="sr-only">{t.shell.appearance.label}</legend>
      {appearances.map((one) => (
        <label
          key={one}
          className="flex min-h-12 cursor-pointer items-center gap-3 rounded-xl border border-line px-4 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="appearance"
            checked={one === value}
            onChange={() => appearance.set(one)}
            className="size-4.5 accent-(--accent)"
          />
          {t.shell.appearance[one]}
        </label>
      ))}
    </fieldset>
  );
}
