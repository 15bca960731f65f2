import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { type Station, trail } from "./link-steps";

/** The stations of a link, with the one the person is at. */
export function Trail({ here }: { here: Station["name"] }) {
  return (
    <ol className="mb-7 flex flex-wrap gap-x-2 gap-y-2 text-sm sm:gap-x-6">
      {trail(here).map((station, place) => (
        <li
          key={station.name}
          aria-current={station.state === "here" ? "step" : undefined}
          className={classes(
            "flex items-center gap-1.5 sm:gap-2",
            station.state === "here" ? "font-semibold" : "text-muted",
          )}
        >
          <span
            className={classes(
              "grid size-6 place-items-center rounded-full text-xs tabular-nums",
              station.state === "ahead" ? "border border-edge" : "bg-accent text-on-accent",
            )}
          >
            {place + 1}
          </span>
          {t.linking.stations[station.name]}
        </li>
      ))}
    </ol>
  );
}
