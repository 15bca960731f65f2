import type { ReactNode } from "react";
import { Notices } from "@/features/server/notices";
import { t } from "@/strings";
import { Card } from "@/ui/card";
import { Wordmark } from "@/ui/wordmark";

type Props = { title: string; lead?: ReactNode; children: ReactNode };

/** A page outside of the frame: one card in the middle, and the notices above. */
export function Entry({ title, lead, children }: Props) {
  return (
    <div className="flex min-h-dvh flex-col">
      <Notices />
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-4 py-10">
        <title>{`${title} · ${t.common.app}`}</title>
        <div className="mb-6 self-center">
          <Wordmark />
        </div>
        <Card className="p-6 sm:p-8">
          <h1 tabIndex={-1} className="font-semibold text-2xl outline-none">
            {title}
          </h1>
          {lead && <p className="mt-1.5 text-muted">{lead}</p>}
          <div className="mt-6">{children}</div>
        </Card>
      </main>
    </div>
  );
}
