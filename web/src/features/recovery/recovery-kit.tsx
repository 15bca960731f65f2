import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { RecoveryKit as Kit } from "@/api/types";
import { QRCode } from "@/features/linking/qr-code";
import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";

/** Where the set-up leaves the kit for the page that comes next. */
export const kitKey = ["recovery-kit"] as const;

/**
 * The server's key, shown this once to whoever has just set the server up, to be
 * printed. It stands beside the next step instead of before it, and is forgotten
 * when the page is left.
 */
export function RecoveryKit() {
  const queries = useQueryClient();
  const [kit, setKit] = useState(() => queries.getQueryData<Kit>(kitKey));
  useEffect(() => queries.removeQueries({ queryKey: kitKey }), [queries]);
  if (!kit) return null;
  const words = t.enter.kit;
  return (
    <Card className="mb-8">
      <SectionTitle>{words.title}</SectionTitle>
      <p className="mb-4 text-muted">{words.lead}</p>
      <div className="grid gap-4">
        <div
          data-print
          className="grid gap-x-6 gap-y-3 rounded-lg bg-sunken p-4 sm:grid-cols-[auto_minmax(0,1fr)] sm:items-center"
        >
          <QRCode text={kit.key} label={words.picture} />
          <div className="grid min-w-0 gap-3">
            <p className="hidden print:block">
              {words.heading(window.location.host, formatDate(new Date().toISOString()))}
            </p>
            <p className="font-semibold">{words.key(kit.key_id)}</p>
            <code className="break-all text-sm">{kit.key}</code>
            <p className="break-words text-muted text-sm">{words.source(kit.source)}</p>
            <p className="hidden print:block">{words.use}</p>
          </div>
        </div>
        <p className="text-sm">{words.warning}</p>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => window.print()}>{words.print}</Button>
          <Button onClick={() => setKit(undefined)}>{words.done}</Button>
        </div>
      </div>
    </Card>
  );
}
