import type { SeriesCard, VolumeState } from "@/api/types";
import { classes } from "@/lib/classes";
import { t } from "@/strings";

const looks: Record<VolumeState, string> = {
  owned: "bg-accent",
  missing: "border border-edge border-dashed",
  unreleased: "border border-edge border-dotted opacity-60",
  listed: "bg-sunken",
};

const most = 48; // spines; more would be a texture

/** A series as it stands on the shelf: one spine per numbered volume, with gaps. */
export function VolumeSpines({ series }: { series: SeriesCard }) {
  const numbered = series.volumes.filter((volume) => volume.number);
  const shown = numbered.slice(0, most);
  const rest = numbered.length - shown.length;
  return (
    <div
      role="img"
      aria-label={t.series.shelf(series.owned, series.missing, series.unreleased)}
      className="flex flex-wrap items-end gap-[3px]"
    >
      {shown.map((volume, place) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: spines have no state of their own
          key={place}
          className={classes("w-2 rounded-[2px]", height(place), looks[volume.state])}
        />
      ))}
      {rest > 0 && <span className="ml-1 text-muted text-xs">+{rest}</span>}
    </div>
  );
}

/** Books differ a little in height, always the same at one place. */
function height(place: number): string {
  return ["h-6", "h-7", "h-6.5", "h-7", "h-6"][(place * 7) % 5] ?? "h-6";
}
