import type { RecoveryKit as Kit } from "@/api/types";
import { QRCode } from "@/features/linking/qr-code";
import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";

/** The server's key, shown this once to whoever sets the server up, to be printed. */
export function RecoveryKit({ kit, onDone }: { kit: Kit; onDone: () => void }) {
  const words = t.enter.kit;
  return (
    <div className="grid gap-4">
      <div data-print className="grid gap-3 rounded-lg bg-sunken p-4">
        <p className="hidden print:block">
          {words.heading(window.location.host, formatDate(new Date().toISOString()))}
        </p>
        <p className="font-semibold">{words.key(kit.key_id)}</p>
        <code className="break-all text-sm">{kit.key}</code>
        <QRCode text={kit.key} label={words.picture} />
        <p className="break-words text-muted text-sm">{words.source(kit.source)}</p>
        <p className="hidden print:block">{words.use}</p>
      </div>
      <p className="text-sm">{words.warning}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => window.print()}>{words.print}</Button>
        <Button kind="primary" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </div>
  );
}
