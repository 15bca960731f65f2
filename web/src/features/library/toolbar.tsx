import { useState } from "react";
import type { Facets } from "@/api/types";
import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Select } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { FilterPanel } from "./filter-panel";
import type { ActiveFilter } from "./filters";
import { type LibrarySearch, type LibrarySort, sorts } from "./search";
import { SearchField } from "./search-field";

type Props = {
  search: LibrarySearch;
  facets: Facets | undefined;
  active: ActiveFilter[];
  onChange: (change: Partial<LibrarySearch>) => void;
  onDown: () => void;
};

/** The search, the filters, the order and the view, and below what is in use. */
export function Toolbar({ search, facets, active, onChange, onDown }: Props) {
  const [open, setOpen] = useState(false);
  const filters = active.filter((filter) => filter.key !== "search");
  return (
    <div className="mb-6 grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          value={search.search ?? ""}
          onSearch={(text) => onChange({ search: text || undefined })}
          onDown={onDown}
        />
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className={classes(buttonClasses(), "font-medium")}
        >
          <Icon name="filter" className="size-4.5" />
          <span className="max-sm:sr-only">{t.library.filters}</span>
          {filters.length > 0 && <span className="tabular-nums">{filters.length}</span>}
        </button>
        <Select
          bare
          label={t.library.sort}
          className="min-w-0 flex-1 basis-36 sm:flex-none sm:basis-48"
          value={search.sort ?? "purchased"}
          choices={sorts.map((sort) => ({ value: sort, label: t.library.sorts[sort] }))}
          onChange={(event) => onChange({ sort: event.target.value as LibrarySort })}
        />
        <ViewToggle view={search.view} onChange={(view) => onChange({ view })} />
      </div>
      {open && facets && <FilterPanel search={search} facets={facets} onChange={onChange} />}
      {filters.length > 0 && <Chips filters={filters} onChange={onChange} />}
    </div>
  );
}

type ViewProps = { view: LibrarySearch["view"]; onChange: (view: LibrarySearch["view"]) => void };

function ViewToggle({ view, onChange }: ViewProps) {
  const choices = [
    { value: undefined, label: t.library.grid, icon: "grid" },
    { value: "table", label: t.library.table, icon: "table" },
  ] as const;
  return (
    <fieldset className="flex overflow-hidden rounded-lg border border-edge bg-surface">
      <legend className="sr-only">{t.library.view}</legend>
      {choices.map((choice) => (
        <button
          key={choice.icon}
          type="button"
          aria-label={choice.label}
          title={choice.label}
          aria-pressed={view === choice.value}
          onClick={() => onChange(choice.value)}
          className="grid size-10.5 place-items-center text-muted -outline-offset-2 hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          <Icon name={choice.icon} />
        </button>
      ))}
    </fieldset>
  );
}

type ChipProps = { filters: ActiveFilter[]; onChange: Props["onChange"] };

function Chips({ filters, onChange }: ChipProps) {
  return (
    <ul className="flex flex-wrap items-center gap-2">
      {filters.map((filter) => (
        <li key={filter.key}>
          <button
            type="button"
            aria-label={t.library.remove(filter.label)}
            onClick={() => onChange(filter.without)}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-full bg-accent-soft px-3.5 text-sm hover:text-accent-strong"
          >
            {filter.label}
            <Icon name="close" className="size-3.5" />
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          onClick={() => onChange(Object.assign({}, ...filters.map((filter) => filter.without)))}
          className="min-h-9 rounded px-2 text-accent text-sm underline underline-offset-4"
        >
          {t.library.clearAll}
        </button>
      </li>
    </ul>
  );
}
