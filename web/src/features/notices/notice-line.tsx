import type { Notice, NoticeDelivery } from "@/api/types";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge, type Tone } from "@/ui/badge";

const tones: Record<NoticeDelivery["state"], Tone> = {
  sent: "good",
  waiting: "plain",
  failed: "bad",
};

/** One notice, and what became of it. */
export function NoticeLine({ notice }: { notice: Notice }) {
  return (
    <li className="grid gap-1 py-3">
      <p className="font-medium">{notice.title}</p>
      <p className="text-muted text-sm">
        {formatRelative(notice.at)} · {notice.text}
      </p>
      <ul className="flex flex-wrap gap-2">
        {notice.deliveries.length === 0 && (
          <li>
            <Badge>{t.notices.pageOnly}</Badge>
          </li>
        )}
        {notice.deliveries.map((delivery) => (
          <li
            key={`${delivery.kind}-${delivery.channel}-${delivery.due_at}`}
            className="grid gap-1"
          >
            <Badge tone={tones[delivery.state]}>{words(delivery)}</Badge>
            {delivery.error && <span className="text-muted text-sm">{delivery.error}</span>}
          </li>
        ))}
      </ul>
    </li>
  );
}

function words(delivery: NoticeDelivery): string {
  const where = delivery.kind === "email" ? t.notices.email : delivery.channel || t.notices.removed;
  if (delivery.state === "sent") return t.notices.sent(where);
  if (delivery.state === "failed") return t.notices.failed(where);
  return t.notices.waiting(where, formatRelative(delivery.due_at));
}
