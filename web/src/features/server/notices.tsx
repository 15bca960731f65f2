import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { meQuery, serverQuery } from "@/api/queries";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Icon } from "@/ui/icon";

const DemoMenu = lazy(() => import("./demo-menu").then((m) => ({ default: m.DemoMenu })));

/**
 * What must be known on every page: second factors that are to go, made-up data, and a
 * connection others can read.
 */
export function Notices() {
  const server = useQuery(serverQuery).data;
  const me = useQuery({ ...meQuery, enabled: false }).data;
  if (!server?.simulated && !server?.insecure && !me?.factors_end_at) return null;
  return (
    <aside>
      {me?.factors_end_at && (
        <Notice
          title={t.shell.factorsEnd.title(formatRelative(me.factors_end_at))}
          text={t.shell.factorsEnd.text}
        >
          <Link to="/security" className={buttonClasses("secondary", true)}>
            {t.shell.factorsEnd.keep}
          </Link>
        </Notice>
      )}
      {server?.simulated && (
        <Notice title={t.shell.simulated.title} text={t.shell.simulated.text}>
          {me && (
            <Suspense fallback={<Soon />}>
              <DemoMenu />
            </Suspense>
          )}
        </Notice>
      )}
      {server?.insecure && <Notice title={t.shell.insecure.title} text={t.shell.insecure.text} />}
    </aside>
  );
}

/** Holds the place of the menu until its code is there. */
function Soon() {
  return (
    <Button small disabled aria-hidden="true" className="disabled:opacity-0">
      {t.shell.demo.open}
      <Icon name="chevron" className="size-4" />
    </Button>
  );
}

type Props = { title: string; text: string; children?: ReactNode };

function Notice({ title, text, children }: Props) {
  return (
    <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-4 gap-y-1 bg-warn-soft px-4 py-1.5 text-sm text-warn sm:px-8">
      <p className="flex items-start gap-2">
        <Icon name="info" className="mt-0.5 size-4" />
        <span>
          <strong className="font-semibold">{title}.</strong> {text}
        </span>
      </p>
      {children}
    </div>
  );
}
