import type { Facets } from "@/api/types";
import { t } from "@/strings";
import { Select } from "@/ui/field";
import {
  type Choice,
  choicesOf,
  filterNames,
  lengthChoices,
  lengthEnds,
  lengthOf,
} from "./filters";
import type { LibrarySearch } from "./search";

type Props = {
  search: LibrarySearch;
  facets: Facets;
  onChange: (change: Partial<LibrarySearch>) => void;
};

/** One list for each way to narrow the library. */
export function FilterPanel({ search, facets, onChange }: Props) {
  const choices = choicesOf(facets);
  const shown = filterNames.filter((name) => choices[name].length > 1 || search[name]);
  return (
    <div className="grid grid-cols-2 gap-4 rounded-2xl border border-line bg-surface p-4 sm:grid-cols-3 lg:grid-cols-4">
      {shown.map((name) => (
        <Select
          key={name}
          label={t.library.fields[name]}
          value={search[name] ?? ""}
          choices={withAny(choices[name], search[name])}
          onChange={(event) => onChange({ [name]: event.target.value || undefined })}
        />
      ))}
      <Select
        label={t.library.fields.length}
        value={lengthOf(search)}
        choices={withAny(lengthChoices, undefined)}
        onChange={(event) => onChange(lengthEnds(event.target.value))}
      />
    </div>
  );
}

/** "Any" first, and what is chosen even when the list doesn't hold it. */
function withAny(choices: Choice[], chosen: string | undefined): Choice[] {
  const known = chosen === undefined || choices.some((choice) => choice.value === chosen);
  const rest = known ? choices : [{ value: chosen, label: chosen }, ...choices];
  return [{ value: "", label: t.library.any }, ...rest];
}
