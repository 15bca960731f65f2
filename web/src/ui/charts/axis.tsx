import type { Tick } from "./price-line";
import type { Frame } from "./scale";

/** Horizontal hair lines with their values to the left. */
export function ValueAxis({
  ticks,
  frame,
  text,
}: {
  ticks: readonly Tick<number>[];
  frame: Frame;
  text: (value: number) => string;
}) {
  return (
    <g className="text-[11px]">
      {ticks.map(({ at, value }) => (
        <g key={value}>
          <line
            x1={frame.left}
            x2={frame.width - frame.right}
            y1={at}
            y2={at}
            className="stroke-line"
          />
          <text
            x={frame.left - 8}
            y={at}
            dominantBaseline="central"
            textAnchor="end"
            className="fill-muted tabular-nums"
          >
            {text(value)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** One label below the drawing. The outer ones lean inwards, so that none is cut off. */
export type PlaceLabel = { at: number; text: string };

/** The labels below the drawing. */
export function PlaceAxis({ labels, frame }: { labels: readonly PlaceLabel[]; frame: Frame }) {
  return (
    <g className="text-[11px]">
      {labels.map(({ at, text }) => (
        <text
          key={`${at} ${text}`}
          x={at}
          y={frame.height - 6}
          textAnchor={anchor(at, frame)}
          className="fill-muted"
        >
          {text}
        </text>
      ))}
    </g>
  );
}

function anchor(at: number, frame: Frame): "start" | "middle" | "end" {
  const room = 36; // px, about half a label
  if (at > frame.width - room) return "end";
  if (at < room) return "start";
  return "middle";
}
