import type { ComponentProps, ReactNode } from "react";
import { classes } from "@/lib/classes";

/** A sheet on the page that holds one matter together. */
export function Card({ className, ...rest }: ComponentProps<"section">) {
  return (
    <section
      {...rest}
      className={classes("rounded-2xl border border-line bg-surface p-5 shadow-card", className)}
    />
  );
}

/** The heading of a section, with what can be done about it on the right. */
export function SectionTitle({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className="mb-4 flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <h2 className="font-semibold text-xl">{children}</h2>
      {aside}
    </div>
  );
}
