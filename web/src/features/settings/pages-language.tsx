import { languageChoice, languageChoices } from "@/lib/language";
import { useSignal } from "@/lib/signal";
import { t } from "@/strings";

/** The language of the pages; this browser remembers it, and loads them anew. */
export function PagesLanguage() {
  const value = useSignal(languageChoice);
  return (
    <fieldset className="grid gap-2 sm:grid-cols-3">
      <legend className="mb-3 text-muted text-sm">{t.settings.pagesLead}</legend>
      {languageChoices.map((one) => (
        <label
          key={one}
          lang={one === "browser" ? undefined : one}
          className="flex min-h-12 cursor-pointer items-center gap-3 rounded-xl border border-line px-4 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="pages-language"
            checked={one === value}
            onChange={() => {
              languageChoice.set(one);
              window.location.reload();
            }}
            className="size-4.5 accent-(--accent)"
          />
          {t.settings.languages[one]}
        </label>
      ))}
    </fieldset>
  );
}
