import { useId, useState } from "react";
import type { SyncRun } from "@/api/types";
import { classes } from "@/lib/classes";
import { formatElapsed } from "@/lib/elapsed";
import { formatDateTime, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Icon } from "@/ui/icon";
import { changesOf, tallyOf } from "@/ui/sync/tally";
import { RunChanges } from "./run-changes";
import { nameOf, tones } from "./run-words";

/** One finished run as a line that opens onto its single changes. */
export function RunRow({ run }: { run: SyncRun }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 rounded-2xl px-4 py-3 text-left hover:bg-sunken sm:px-5"
      >
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1 font-medium">
            {nameOf(run)}
            {run.state !== "done" && (
              <Badge tone={tones[run.state]}>{t.syncs.states[run.state]}</Badge>
            )}
          </span>
          <span className="block text-sm first-letter:uppercase">
            {run.failure || changesOf(run)}
          </span>
          <span className="block text-muted text-sm">
            <time dateTime={run.started_at} title={formatDateTime(run.started_at)}>
              {formatRelative(run.started_at)}
            </time>
            {` · ${t.syncs.kinds[run.kind] ?? run.kind}`}
          </span>
        </span>
        <Icon
          name="chevron"
          className={classes("size-5 text-muted transition-transform", open && "rotate-180")}
        />
      </button>
      <div id={id} hidden={!open} className="px-4 pb-5 sm:px-5">
        {open && <Receipt run={run} />}
      </div>
    </li>
  );
}

/** The receipt of a run: its counts beside Audible's own, and what changed. */
function Receipt({ run }: { run: SyncRun }) {
  const facts = [
    tallyOf(run),
    run.ended_at && t.syncs.took(formatElapsed(run.started_at, run.ended_at)),
    t.syncs.calls(run.calls),
  ];
  return (
    <div className="grid gap-3 border-line border-t pt-3">
      <p className="text-muted text-sm">{facts.filter(Boolean).join(" · ")}</p>
      {run.warning && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          <Icon name="warning" className="mt-0.5 size-4" />
          {run.warning}
        </p>
      )}
      <RunChanges id={run.id} />
    </div>
  );
}
