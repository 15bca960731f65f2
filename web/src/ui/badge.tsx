import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

export type Tone = "plain" | "good" | "warn" | "bad";

const tones: Record<Tone, string> = {
  plain: "bg-sunken text-ink",
  good: "bg-accent-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};

/** A word or two about the state of something. The word says it, not the colour. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1 whitespace-nowrap max-[15rem]:whitespace-normal rounded-full px-2.5 py-0.5 font-semibold text-xs",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
