import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

export type Column<T> = {
  key: string;
  title: ReactNode;
  cell: (row: T) => ReactNode;
  /** Numbers stand on the right. */
  right?: boolean;
  /** Left out where the screen is narrow. */
  wide?: boolean;
};

type Props<T> = {
  /** What the table holds, for those who don't see it. */
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
};

/** A table that scrolls sideways in its own frame when it must. */
export function Table<T>({ label, columns, rows, rowKey }: Props<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="overflow-x-auto">
      <table className="w-full border-collapse text-left">
        <thead>
          <tr className="border-line border-b text-muted text-sm">
            {columns.map((column) => (
              <th key={column.key} scope="col" className={cellClasses(column, "font-medium")}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-line border-b last:border-0">
              {columns.map((column) => (
                <td key={column.key} className={cellClasses(column, "align-top")}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cellClasses<T>(column: Column<T>, more: string): string {
  return classes(
    "px-3 py-2.5 first:pl-0 last:pr-0",
    more,
    column.right && "text-right tabular-nums",
    column.wide && "hidden md:table-cell",
  );
}
