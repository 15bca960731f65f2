import { type KeyboardEvent, type PointerEvent, useState } from "react";

export type ChartPoint = {
  /** Where on the axis, in any unit that grows evenly (a time, or the place in the list). */
  at: number;
  label: string;
  value: number;
};
export type ChartLine = { value: number; label: string };

type Props = {
  /** What the chart shows, in a sentence. */
  label: string;
  points: ChartPoint[];
  format: (value: number) => string;
  kind?: "bars" | "line" | "steps";
  /** A level to compare with, such as a limit. */
  line?: ChartLine;
  /** What stands above the chart while no point is chosen. */
  summary?: string;
};

const width = 1000;
const height = 280;

/**
 * A small chart of one series of numbers. The pointer or the arrow keys choose
 * a point, whose value stands above; screen readers get the numbers as a table.
 */
export function Chart({ label, points, format, kind = "line", line, summary }: Props) {
  const [chosen, setChosen] = useState<number>();
  const scale = scaleOf(points, line, kind);
  const point = points[chosen ?? points.length - 1];
  if (!point) return null;

  const choose = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setChosen(nearest(points, scale, ((event.clientX - box.left) / box.width) * width));
  };
  const step = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const from = chosen ?? points.length - 1;
    setChosen(Math.min(points.length - 1, Math.max(0, from + by)));
  };

  return (
    <figure>
      <figcaption className="mb-2 flex flex-wrap justify-between gap-x-4 text-sm">
        <span className="text-muted">
          {chosen === undefined && summary ? summary : point.label}
        </span>
        <span className="font-semibold tabular-nums" aria-live="polite">
          {chosen === undefined && summary ? "" : format(point.value)}
        </span>
      </figcaption>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={(chosen ?? points.length - 1) + 1}
        aria-valuetext={`${point.label}: ${format(point.value)}`}
        onPointerMove={choose}
        onPointerDown={choose}
        onPointerLeave={() => setChosen(undefined)}
        onKeyDown={step}
        onBlur={() => setChosen(undefined)}
        className="relative h-40 touch-pan-y"
      >
        <Drawing points={points} scale={scale} kind={kind} line={line} chosen={chosen} />
        {line && (
          <span
            className="absolute left-0 -translate-y-full bg-surface/80 pr-1 text-muted text-xs"
            style={{ top: `${(scale.y(line.value) / height) * 100}%` }}
          >
            {line.label}
          </span>
        )}
      </div>
      <div className="mt-1 flex justify-between text-muted text-xs">
        <span>{points[0]?.label}</span>
        {points.length > 1 && <span>{points.at(-1)?.label}</span>}
      </div>
    </figure>
  );
}

type Scale = { x: (at: number) => number; y: (value: number) => number; band: number };

function scaleOf(points: ChartPoint[], line: ChartLine | undefined, kind: string): Scale {
  const places = points.map((point) => point.at);
  const from = Math.min(...places);
  const to = Math.max(...places);
  const top = Math.max(...points.map((point) => point.value), line?.value ?? 0, 1e-9) * 1.08;
  const band = kind === "bars" ? width / Math.max(1, points.length) : 0;
  const inner = width - band;
  return {
    x: (at) => band / 2 + (to === from ? inner / 2 : ((at - from) / (to - from)) * inner),
    y: (value) => height - (value / top) * height,
    band,
  };
}

function nearest(points: ChartPoint[], scale: Scale, x: number): number {
  let best = 0;
  points.forEach((point, place) => {
    const distance = Math.abs(scale.x(point.at) - x);
    if (distance < Math.abs(scale.x(points[best]?.at ?? 0) - x)) best = place;
  });
  return best;
}

type DrawingProps = Pick<Props, "points" | "kind" | "line"> & { scale: Scale; chosen?: number };

function Drawing({ points, scale, kind, line, chosen }: DrawingProps) {
  const marked = chosen === undefined ? undefined : points[chosen];
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="absolute inset-0 size-full overflow-visible"
      aria-hidden="true"
    >
      <path
        d={`M0 ${height}H${width}`}
        className="fill-none stroke-line"
        vectorEffect="non-scaling-stroke"
      />
      {kind === "bars"
        ? points.map((point, place) => (
            <rect
              key={point.at}
              x={scale.x(point.at) - scale.band * 0.36}
              width={scale.band * 0.72}
              y={scale.y(point.value)}
              height={height - scale.y(point.value)}
              className={chosen === place ? "fill-accent-strong" : "fill-accent"}
              opacity={chosen === undefined || chosen === place ? 1 : 0.45}
            />
          ))
        : curve(points, scale, kind === "steps")}
      {line && (
        <path
          d={`M0 ${scale.y(line.value)}H${width}`}
          className="fill-none stroke-muted"
          strokeDasharray="5 5"
          vectorEffect="non-scaling-stroke"
        />
      )}
      {marked && kind !== "bars" && (
        <path
          d={`M${scale.x(marked.at)} 0V${height}`}
          className="fill-none stroke-edge"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}

function curve(points: ChartPoint[], scale: Scale, steps: boolean) {
  const places = points.map((point) => [scale.x(point.at), scale.y(point.value)] as const);
  const first = places[0];
  if (!first) return null;
  let path = `M${first[0]} ${first[1]}`;
  for (const [x, y] of places.slice(1)) path += steps ? `H${x}V${y}` : `L${x} ${y}`;
  if (places.length === 1) path = `M0 ${first[1]}H${width}`;
  const last = places.length === 1 ? width : (places.at(-1)?.[0] ?? 0);
  const start = places.length === 1 ? 0 : first[0];
  return (
    <>
      <path
        d={`${path}L${last} ${height}L${start} ${height}Z`}
        className="fill-accent"
        opacity="0.12"
      />
      <path
        d={path}
        className="fill-none stroke-accent"
        strokeWidth="2"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </>
  );
}
