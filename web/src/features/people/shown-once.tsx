import { useState } from "react";
import { QRCode } from "@/features/linking/qr-code";
import { t } from "@/strings";
import { Button } from "@/ui/button";

/** A link that is shown this once: to read, to copy and as a QR code. */
export function ShownOnce({ path, onDone }: { path: string; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  const link = new URL(path, window.location.origin).toString();
  const copy = async () => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <div className="grid gap-4">
      <div className="justify-self-center">
        <QRCode text={link} label={t.people.link.qr} />
      </div>
      <p className="select-all break-all rounded-lg bg-sunken p-3 font-mono text-sm" data-link>
        {link}
      </p>
      <p className="text-muted text-sm">{t.people.link.once}</p>
      <div className="flex flex-wrap justify-end gap-2">
        {window.isSecureContext && (
          <Button onClick={() => void copy()}>
            {copied ? t.people.link.copied : t.people.link.copy}
          </Button>
        )}
        <Button kind="primary" onClick={onDone}>
          {t.people.link.done}
        </Button>
      </div>
    </div>
  );
}
