import { t } from "@/strings";
import { PlaceAxis, ValueAxis } from "./axis";
import { ChartFigure, chartHeight } from "./chart-figure";
import { type PriceDay, type PriceLine, priceLine } from "./price-line";
import { coordinate, type Frame } from "./scale";

type Props = {
  title: string;
  summary: string;
  points: readonly PriceDay[];
  /** The person's limit in the same currency; null without one. */
  limit: number | null;
  /** "YYYY-MM-DD": the line runs on to here. */
  today: string;
  money: (minor: number) => string;
  day: (day: string) => string;
};

/** What a title cost over time, with the limit as a dashed line. */
export function PriceChart({ title, summary, points, limit, today, money, day }: Props) {
  const rows = points.map((point) => [day(point.day), money(point.minor)]).reverse();
  return (
    <ChartFigure
      title={title}
      summary={summary}
      table={{ columns: [t.charts.day, t.charts.price], rows }}
    >
      {(width) => {
        const frame: Frame = {
          width,
          height: chartHeight,
          left: 64,
          right: 8,
          top: 14,
          bottom: 26,
        };
        const drawn = priceLine(points, limit, today, frame);
        if (!drawn) return null;
        return <Drawing drawn={drawn} frame={frame} limit={limit} money={money} day={day} />;
      }}
    </ChartFigure>
  );
}

type DrawingProps = Pick<Props, "limit" | "money" | "day"> & { drawn: PriceLine; frame: Frame };

function Drawing({ drawn, frame, limit, money, day }: DrawingProps) {
  const room = Math.max(2, Math.floor((frame.width - frame.left) / 110));
  const every = Math.max(1, Math.ceil(drawn.days.length / room));
  const days = drawn.days.filter((_, i) => (drawn.days.length - 1 - i) % every === 0);
  return (
    <>
      <ValueAxis ticks={drawn.prices} frame={frame} text={money} />
      <path d={drawn.area} className="fill-accent opacity-10" />
      <path
        d={drawn.line}
        className="fill-none stroke-accent"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      {drawn.limit !== null && limit !== null && (
        <Limit y={drawn.limit} frame={frame} text={`${t.charts.limit}, ${money(limit)}`} />
      )}
      {drawn.dots.map(({ x, y, point }) => (
        <circle
          key={point.day}
          cx={coordinate(x)}
          cy={coordinate(y)}
          r={3.5}
          className="fill-surface stroke-accent"
          strokeWidth={2}
        >
          <title>{`${day(point.day)}: ${money(point.minor)}`}</title>
        </circle>
      ))}
      <PlaceAxis
        frame={frame}
        labels={days.map((tick) => ({ at: tick.at, text: day(tick.value) }))}
      />
    </>
  );
}

function Limit({ y, frame, text }: { y: number; frame: Frame; text: string }) {
  const below = y < 24;
  return (
    <g>
      <line
        x1={frame.left}
        x2={frame.width - frame.right}
        y1={y}
        y2={y}
        className="stroke-warn"
        strokeWidth={1.5}
        strokeDasharray="6 4"
      />
      <text
        x={frame.left + 4}
        y={below ? y + 14 : y - 6}
        className="fill-warn stroke-surface text-[11px] font-medium [paint-order:stroke]"
        strokeWidth={3}
      >
        {text}
      </text>
    </g>
  );
}
