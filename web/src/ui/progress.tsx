import { classes } from "@/lib/classes";

type Props = {
  /** What is making progress. */
  label: string;
  value: number;
  /** Zero when the end isn't known yet: the bar then moves without saying how far. */
  max: number;
  className?: string;
};

/** How far something is. */
export function Progress({ label, value, max, className }: Props) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : undefined;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
      className={classes("h-2 overflow-hidden rounded-full bg-sunken", className)}
    >
      <div
        className={classes(
          "h-full rounded-full bg-accent transition-[width] duration-300",
          share === undefined && "w-1/3 animate-pulse",
        )}
        style={share === undefined ? undefined : { width: `${share * 100}%` }}
      />
    </div>
  );
}
