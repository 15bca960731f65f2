import { useQuery } from "@tanstack/react-query";
import { serverQuery } from "@/api/queries";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";

/** What must be known on every page: made-up data, and a connection others can read. */
export function Notices() {
  const server = useQuery(serverQuery).data;
  if (!server?.simulated && !server?.insecure) return null;
  return (
    <aside>
      {server.simulated && <Notice title={t.shell.simulated.title} text={t.shell.simulated.text} />}
      {server.insecure && <Notice title={t.shell.insecure.title} text={t.shell.insecure.text} />}
    </aside>
  );
}

function Notice({ title, text }: { title: string; text: string }) {
  return (
    <p className="flex items-start gap-2 bg-warn-soft px-4 py-2 text-sm text-warn sm:px-8">
      <Icon name="info" className="mt-0.5 size-4" />
      <span>
        <strong className="font-semibold">{title}.</strong> {text}
      </span>
    </p>
  );
}
