import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { t } from "@/strings";

type Props = {
  title: string;
  /** The first heading, where it says more than the title. */
  heading?: string;
  /** A line under the title that says what the page holds. */
  lead?: ReactNode;
  /** What can be done on the page as a whole. */
  actions?: ReactNode;
  children: ReactNode;
};

/**
 * A page: its name in the browser's tab and as the first heading, which gets
 * the focus when somebody comes here from another page.
 */
export function Page({ title, heading, lead, actions, children }: Props) {
  return (
    <>
      <title>{`${title} · ${t.common.app}`}</title>
      <header className="mb-6">
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <h1 tabIndex={-1} className="min-w-0 font-semibold text-3xl outline-none">
            {heading ?? title}
          </h1>
          {actions && <div className="flex min-w-0 flex-wrap items-center gap-2">{actions}</div>}
        </div>
        {lead && (
          <div className={classes("text-muted", actions ? "mt-3 sm:mt-1" : "mt-1")}>{lead}</div>
        )}
      </header>
      {children}
    </>
  );
}
