import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Door as DoorState, LinkDoor } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { InlineError } from "@/ui/states";
import { doorsQuery, startLink } from "./queries";
import { doors } from "./search";
import { StepTitle } from "./step-title";

/** The stores where accounts from before 2008 can have a user name. */
const withUserNames = ["us", "uk", "de"];

type Props = { marketplace: string; note?: string; onBack: () => void; onFile: () => void };

/** The ways in, the easiest first. */
export function DoorStep({ marketplace, note, onBack, onFile }: Props) {
  const confirmed = useConfirmed();
  const navigate = useNavigate();
  const [userName, setUserName] = useState(false);
  const start = useMutation({
    mutationFn: (door: LinkDoor) =>
      confirmed(() => startLink({ door, marketplace, ...(userName && { user_name: true }) })),
    onSuccess: (link) => navigate({ to: "/accounts/link/$id", params: { id: link.id } }),
  });
  const known = useQuery(doorsQuery).data?.doors;
  const refused = start.error && !(start.error instanceof NotConfirmed) ? start.error : undefined;
  return (
    <>
      <StepTitle title={t.linking.doorTitle} lead={t.linking.doorLead} />
      <div className="grid gap-3">
        {(refused ?? note) && <InlineError error={refused ?? note} />}
        {doors.map((door) => (
          <Door
            key={door}
            door={door}
            shut={shutReason(known, door)}
            disabled={start.isPending}
            onOpen={() => (door === "file" ? onFile() : start.mutate(door))}
          />
        ))}
        {withUserNames.includes(marketplace) && (
          <Checkbox
            className="mt-2"
            label={t.linking.userName}
            checked={userName}
            onChange={(event) => setUserName(event.target.checked)}
          />
        )}
        <div className="mt-3">
          <Button kind="quiet" onClick={onBack}>
            <Icon name="left" className="size-4" />
            {t.linking.back}
          </Button>
        </div>
      </div>
    </>
  );
}

/** Why a door is shut; undefined where it is open or nobody knows yet. */
function shutReason(known: readonly DoorState[] | undefined, door: LinkDoor): string | undefined {
  const state = known?.find((one) => one.door === door);
  return state && !state.available ? (state.reason ?? t.linking.closed) : undefined;
}

type DoorProps = { door: LinkDoor; shut?: string; disabled: boolean; onOpen: () => void };

function Door({ door, shut, disabled, onOpen }: DoorProps) {
  const { name, text } = t.linking.doors[door];
  return (
    <button
      type="button"
      onClick={onOpen}
      disabled={disabled || shut !== undefined}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-4 rounded-2xl border border-line bg-surface p-5 text-left shadow-card hover:border-edge hover:bg-sunken disabled:cursor-progress disabled:opacity-60"
    >
      <span>
        <span className="flex flex-wrap items-center gap-x-3 font-semibold text-lg">
          {name}
          {door === "relay" && shut === undefined && (
            <Badge tone="good">{t.linking.recommended}</Badge>
          )}
        </span>
        <span className="mt-1 block text-muted">{text}</span>
        {shut && <span className="mt-1 block text-sm">{shut}</span>}
      </span>
      <Icon name="right" className="size-5 text-muted" />
    </button>
  );
}
