import type { Factors, Passkey } from "@/api/types";
import { formatDate, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { AddPasskey } from "./add-passkey";
import { PasskeyActions } from "./passkey-actions";

/** The person's passkeys, and the way to another. */
export function Passkeys({ passkeys, offered }: Pick<Factors, "passkeys"> & { offered: boolean }) {
  const words = t.security.passkeys;
  return (
    <section className="grid gap-3 py-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="font-medium">{words.title}</h3>
          <p className="text-muted text-sm">{offered ? words.lead : words.off}</p>
        </div>
        {offered && <AddPasskey />}
      </div>
      {passkeys.length > 0 && (
        <ul aria-label={words.title} className="divide-y divide-line">
          {passkeys.map((passkey) => (
            <Line key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ passkey }: { passkey: Passkey }) {
  const words = t.security.passkeys;
  const used = passkey.last_used_at
    ? t.security.factors.lastUsed(formatRelative(passkey.last_used_at))
    : words.neverUsed;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-3 break-words">
          {passkey.name}
          {passkey.host !== window.location.hostname && (
            <Badge tone="warn">{words.elsewhere(passkey.host)}</Badge>
          )}
        </p>
        <p className="text-muted text-sm">
          {words.added(formatDate(passkey.added_at))} · {used}
        </p>
      </div>
      <PasskeyActions passkey={passkey} />
    </li>
  );
}
