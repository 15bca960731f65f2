import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { HousePerson } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { formatDate, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Menu, type MenuAction } from "@/ui/menu";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { peopleQuery } from "./queries";
import { ResetDialog } from "./reset-dialog";

type Deed = "promote" | "demote" | "disable" | "enable" | "delete" | "factors" | "keepFactors";

const bodies: Record<Exclude<Deed, "delete" | "factors" | "keepFactors">, object> = {
  promote: { role: "admin" },
  demote: { role: "member" },
  disable: { state: "disabled" },
  enable: { state: "active" },
};

/** Somebody who is here, with what an administrator may do about them. */
export function PersonRow({ person, isOwn }: { person: HousePerson; isOwn: boolean }) {
  const [asked, setAsked] = useState<Deed>();
  const [resetting, setResetting] = useState(false);
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (deed: Deed) => confirmed(() => act(person.id, deed)),
    onSuccess: (words) => {
      setAsked(undefined);
      toast(words);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: peopleQuery.queryKey }),
  });
  const who = person.name || person.email;
  const close = () => {
    setAsked(undefined);
    change.reset();
  };
  const refused = change.error instanceof NotConfirmed ? undefined : change.error;
  const sure = asked && t.people.sure[asked]?.(who);
  return (
    <li className="flex items-center justify-between gap-4 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-medium">
          <span className="break-words">{who}</span>
          {isOwn && <Badge tone="good">{t.people.you}</Badge>}
          {person.role === "admin" && <Badge>{t.people.roles.admin}</Badge>}
          {person.state === "disabled" && <Badge tone="warn">{t.people.disabled}</Badge>}
        </p>
        <p className="break-words text-muted text-sm">
          {[
            person.name && person.email,
            t.people.since(formatDate(person.since)),
            person.factors_end_at && t.people.factorsEnd(formatRelative(person.factors_end_at)),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        {refused && !asked && <InlineError error={refused} />}
      </div>
      {!isOwn && (
        <Menu
          label={t.people.actions(who)}
          icon="more"
          kind="quiet"
          actions={actionsFor(person, {
            ask: setAsked,
            enable: () => change.mutate("enable"),
            keep: () => change.mutate("keepFactors"),
            reset: () => setResetting(true),
          })}
        />
      )}
      {resetting && <ResetDialog person={person} onClose={() => setResetting(false)} />}
      <Dialog
        open={asked !== undefined}
        onClose={close}
        title={sure?.title}
        description={sure?.text}
      >
        <div className="grid gap-4">
          {refused && <InlineError error={refused} />}
          <div className="flex justify-end gap-2">
            <Button onClick={close}>{t.common.cancel}</Button>
            <Button
              kind={asked === "promote" ? "primary" : "danger"}
              busy={change.isPending}
              onClick={() => asked && change.mutate(asked)}
            >
              {asked && t.people[asked]}
            </Button>
          </div>
        </div>
      </Dialog>
    </li>
  );
}

/** Does it and says how things are then. */
async function act(id: string, deed: Deed): Promise<string> {
  const path = `/admin/people/${id}`;
  if (deed === "factors" || deed === "keepFactors") {
    await (deed === "factors"
      ? api.post(`${path}/factor-removal`)
      : api.delete(`${path}/factor-removal`));
    return t.people.changed[deed] ?? "";
  }
  if (deed !== "delete") {
    await api.patch(path, bodies[deed]);
    return t.people.changed[deed] ?? "";
  }
  const gone = await api.delete<{ devices_left: number }>(path);
  return gone.devices_left > 0 ? t.people.deletedDevices : t.people.deleted;
}

/** Somebody who was deleted and whose devices are being signed out. */
export function LeavingRow({ person }: { person: HousePerson }) {
  const state = person.leaving;
  return (
    <li className="py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-medium">
        {t.people.somebody}
        <Badge tone="warn">{t.people.leaving}</Badge>
      </p>
      {state && (
        <p className="text-muted text-sm">
          {t.people.leavingState(
            state.devices,
            state.attempts,
            state.next_at ? formatRelative(state.next_at) : "",
          )}
        </p>
      )}
    </li>
  );
}

type Ways = {
  ask: (deed: Deed) => void;
  enable: () => void;
  keep: () => void;
  reset: () => void;
};

function actionsFor(person: HousePerson, ways: Ways): MenuAction[] {
  const remove: MenuAction = {
    label: t.people.delete,
    icon: "warning",
    danger: true,
    onSelect: () => ways.ask("delete"),
  };
  if (person.state === "disabled") {
    return [{ label: t.people.enable, icon: "check", onSelect: ways.enable }, remove];
  }
  const role = person.role === "admin" ? "demote" : "promote";
  return [
    { label: t.people.reset, icon: "security", onSelect: ways.reset },
    person.factors_end_at
      ? { label: t.people.keepFactors, icon: "check", onSelect: ways.keep }
      : { label: t.people.factors, icon: "security", onSelect: () => ways.ask("factors") },
    { label: t.people[role], icon: "people", onSelect: () => ways.ask(role) },
    { label: t.people.disable, icon: "close", danger: true, onSelect: () => ways.ask("disable") },
    remove,
  ];
}
