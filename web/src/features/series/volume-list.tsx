import { Link } from "@tanstack/react-router";
import type { Volume, VolumeState } from "@/api/types";
import { classes } from "@/lib/classes";
import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Badge, type Tone } from "@/ui/badge";
import { Cover } from "@/ui/cover";

const tones: Record<VolumeState, Tone> = {
  owned: "good",
  missing: "warn",
  unreleased: "plain",
  listed: "plain",
};

/** Volumes in order, each with how the person stands to it. */
export function VolumeList({ label, volumes }: { label: string; volumes: readonly Volume[] }) {
  return (
    <ol
      aria-label={label}
      className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card"
    >
      {volumes.map((volume, place) => (
        <li key={`${volume.number ?? ""} ${volume.asin ?? place}`}>
          <VolumeRow volume={volume} />
        </li>
      ))}
    </ol>
  );
}

function VolumeRow({ volume }: { volume: Volume }) {
  const title = volume.title || t.series.unknownTitle;
  return (
    <div className="relative grid tiny:block grid-cols-[2.25rem_3.5rem_minmax(0,1fr)_auto] items-center gap-3 p-3 sm:gap-4 sm:px-5">
      <span className="text-right font-serif font-semibold text-lg tabular-nums">
        {volume.number}
      </span>
      <Cover
        src={volume.cover}
        title={title}
        size="small"
        className={classes("tiny:w-14", volume.state !== "owned" && "opacity-55 saturate-50")}
      />
      <div className="min-w-0">
        <p className="font-medium leading-snug">
          <BookLink volume={volume} title={title} />
        </p>
        <p className="text-muted text-sm">{detailsOf(volume)}</p>
      </div>
      <Badge tone={tones[volume.state]}>{t.series.states[volume.state]}</Badge>
    </div>
  );
}

function BookLink({ volume, title }: { volume: Volume; title: string }) {
  if (!volume.asin || !volume.marketplace)
    return <span className="line-clamp-2 text-muted">{title}</span>;
  return (
    <Link
      to="/books/$marketplace/$asin"
      params={{ marketplace: volume.marketplace, asin: volume.asin }}
      className="line-clamp-2 after:absolute after:inset-0 hover:underline"
    >
      {title}
    </Link>
  );
}

/** What is special about a volume, as one line. */
function detailsOf(volume: Volume): string {
  const isAnnounced = volume.state === "unreleased";
  // Before it is out, that it isn't sold needs no word.
  const hidden = isAnnounced && volume.hidden === "unbuyable" ? undefined : volume.hidden;
  const parts = [
    volume.note,
    isAnnounced && volume.release_date && t.series.outOn(formatDate(volume.release_date)),
    hidden && t.series.hidden[hidden],
    volume.other_numbers?.join(", "),
    volume.editions > 1 && t.series.editions(volume.editions),
  ];
  return parts.filter(Boolean).join(" · ");
}
