import type { ReactNode } from "react";
import { t } from "@/strings";
import { useWidth } from "./use-width";

/** The figures of a chart as rows; the first cell of a row is its heading. */
export type ChartTable = {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
};

type Props = {
  title: string;
  /** The level of its heading: h2 where the chart is a part of the page itself. */
  heading?: "h2" | "h3";
  /** The finding in a sentence: what somebody sees who can't see the chart. */
  summary: string;
  table: ChartTable;
  /** Draws at a width in pixels, `chartHeight` high. */
  children: (width: number) => ReactNode;
};

/** The height of every chart in pixels; it is reserved before anything is drawn. */
export const chartHeight = 224;

/** A chart with its title, its finding in words and its figures as a table. */
export function ChartFigure({ title, heading: Heading = "h3", summary, table, children }: Props) {
  const [measure, width] = useWidth<HTMLDivElement>();
  return (
    <figure className="min-w-0">
      <figcaption>
        <Heading className="font-semibold text-lg">{title}</Heading>
        <p className="text-sm text-muted">{summary}</p>
      </figcaption>
      <div ref={measure} className="mt-3 h-56">
        {width > 0 && (
          <svg
            role="img"
            aria-label={`${title}. ${summary}`}
            width={width}
            height={chartHeight}
            viewBox={`0 0 ${width} ${chartHeight}`}
            className="block overflow-visible"
          >
            {children(width)}
          </svg>
        )}
      </div>
      <TableOf table={table} title={title} />
    </figure>
  );
}

function TableOf({ table, title }: { table: ChartTable; title: string }) {
  return (
    <details className="mt-2 text-sm">
      <summary className="inline-block rounded py-1 text-muted underline decoration-line underline-offset-4 hover:text-ink">
        {t.charts.asTable}
      </summary>
      <section
        className="mt-2 max-h-64 overflow-auto rounded-lg border border-line"
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
      >
        <table className="w-full tabular-nums">
          <thead>
            <tr className="text-left text-muted">
              {table.columns.map((column) => (
                <th key={column} scope="col" className="px-3 py-2 font-medium">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row[0]} className="border-t border-line">
                {row.map((cell, i) => (
                  <Cell key={table.columns[i]} heads={i === 0} text={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function Cell({ heads, text }: { heads: boolean; text: string }) {
  if (heads) {
    return (
      <th scope="row" className="px-3 py-1.5 text-left font-normal">
        {text}
      </th>
    );
  }
  return <td className="px-3 py-1.5">{text}</td>;
}
