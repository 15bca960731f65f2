import { formatDate, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { ScopeList } from "./scope-list";

type Props = {
  name: string;
  from?: string;
  scopes: string[];
  lastUsed: string | undefined;
  ends: string;
  action: string;
  label: string;
  onEnd: () => void;
  busy: boolean;
};

/** A program with what it may do, and the way to end it. */
export function ProgramLine(props: Props) {
  const { name, from, scopes, lastUsed, ends, action, label, onEnd, busy } = props;
  const facts = [
    from,
    lastUsed ? t.programs.used(formatRelative(lastUsed)) : t.programs.neverUsed,
    t.programs.ends(formatDate(ends)),
  ];
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="break-words font-medium">{name}</p>
        <p className="mb-1 text-muted text-sm">{facts.filter(Boolean).join(" · ")}</p>
        <ScopeList scopes={scopes} />
      </div>
      <Button small kind="quiet" onClick={onEnd} busy={busy} aria-label={label}>
        {action}
      </Button>
    </li>
  );
}
