import type { SessionRow } from "@/api/types";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { browserName } from "./browser-name";

type Props = { session: SessionRow; onEnd: () => void; busy: boolean };

/** One place where the person is signed in. */
export function SessionLine({ session, onEnd, busy }: Props) {
  const name = browserName(session.user_agent) ?? t.security.unknownDevice;
  const facts = [
    session.device,
    session.address,
    t.security.active(formatRelative(session.last_seen_at)),
    t.security.signedIn(formatRelative(session.signed_in_at)),
  ];
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-3 font-medium">
          {name}
          {session.is_current && <Badge tone="good">{t.security.thisOne}</Badge>}
        </p>
        <p className="text-muted text-sm">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      {!session.is_current && (
        <Button
          small
          kind="quiet"
          onClick={onEnd}
          busy={busy}
          aria-label={t.security.endLabel(name)}
        >
          {t.security.end}
        </Button>
      )}
    </li>
  );
}
