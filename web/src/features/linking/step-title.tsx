import type { ReactNode } from "react";

/** What a step of a link asks, and a line about it. */
export function StepTitle({ title, lead }: { title: ReactNode; lead?: ReactNode }) {
  return (
    <div className="mb-5">
      <h2 className="font-semibold text-2xl">{title}</h2>
      {lead && <p className="mt-1.5 max-w-prose text-muted">{lead}</p>}
    </div>
  );
}
