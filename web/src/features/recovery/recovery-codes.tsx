import { useState } from "react";
import { t } from "@/strings";
import { Button } from "@/ui/button";

/** New recovery codes, which are shown this once, and the ways to keep them. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const words = t.security.codes;
  const [copied, setCopied] = useState(false);
  const text = `${words.heading(window.location.host)}\n\n${codes.join("\n")}\n`;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="grid gap-4">
      <p>{words.keep}</p>
      <div data-print className="rounded-lg bg-sunken p-4">
        <p className="hidden print:mb-4 print:block">{words.heading(window.location.host)}</p>
        <ol aria-label={words.label} className="grid gap-1 font-mono text-sm">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {/* Browsers take nothing from pages over plain HTTP. */}
        {navigator.clipboard && (
          <Button small onClick={() => void copy()}>
            {words.copy}
          </Button>
        )}
        <Button small onClick={() => download(text)}>
          {words.download}
        </Button>
        <Button small onClick={() => window.print()}>
          {words.print}
        </Button>
        <p role="status" className="text-good text-sm">
          {copied && words.copied}
        </p>
      </div>
      <Button kind="primary" onClick={onDone}>
        {words.done}
      </Button>
    </div>
  );
}

/** Gives the browser a text file to keep. */
function download(text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "audipy-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(address);
}
