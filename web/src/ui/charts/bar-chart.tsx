import { PlaceAxis, ValueAxis } from "./axis";
import { layOutBars } from "./bars";
import { ChartFigure, type ChartTable, chartHeight } from "./chart-figure";
import { coordinate, type Frame, labelled } from "./scale";

/** One bar: its label on the axis, its value, and both in words. */
export type BarDatum = {
  key: string;
  label: string;
  value: number;
  text: string;
  tone?: "accent" | "bad";
};

type Props = {
  title: string;
  heading?: "h2" | "h3";
  summary: string;
  data: readonly BarDatum[];
  table: ChartTable;
  /** A value of the axis in words. */
  axisText: (value: number) => string;
};

/** Bars from zero, one per datum, the latest on the right. */
export function BarChart({ title, heading, summary, data, table, axisText }: Props) {
  return (
    <ChartFigure title={title} heading={heading} summary={summary} table={table}>
      {(width) => <Drawing width={width} data={data} axisText={axisText} />}
    </ChartFigure>
  );
}

function Drawing({
  width,
  data,
  axisText,
}: {
  width: number;
  data: readonly BarDatum[];
  axisText: Props["axisText"];
}) {
  const frame: Frame = { width, height: chartHeight, left: 48, right: 4, top: 10, bottom: 26 };
  const { bars, ticks } = layOutBars(
    data.map((d) => d.value),
    frame,
  );
  const labels = labelled(data.length, Math.max(1, Math.floor((width - frame.left) / 72)));
  return (
    <>
      <ValueAxis ticks={ticks} frame={frame} text={axisText} />
      {bars.map((bar, i) => {
        const datum = data[i];
        if (!datum || bar.height === 0) return null;
        return (
          <rect
            key={datum.key}
            x={coordinate(bar.x)}
            y={coordinate(bar.y)}
            width={coordinate(bar.width)}
            height={coordinate(bar.height)}
            rx={Math.min(3, bar.width / 2)}
            className={datum.tone === "bad" ? "fill-bad" : "fill-accent"}
          >
            <title>{datum.text}</title>
          </rect>
        );
      })}
      <PlaceAxis
        frame={frame}
        labels={labels
          .filter((i, at) => data[i]?.label !== data[labels[at + 1] ?? -1]?.label)
          .map((i) => ({ at: bars[i]?.middle ?? 0, text: data[i]?.label ?? "" }))}
      />
    </>
  );
}
