import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Door as DoorState, LinkDoor } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { ErrorState, InlineError } from "@/ui/states";
import { doorsQuery, linkQuery, startLink } from "./queries";
import { isLoopback } from "./relay-address";
import { openRelay } from "./relay-tab";
import { doors } from "./search";
import { StepTitle } from "./step-title";

/** The stores where accounts from before 2008 can have a user name. */
const withUserNames = ["us", "uk", "de"];

/** Amazon's own pages are two ways: in a tab that opens at once, and on a phone. */
type Way = LinkDoor | "phone";

const doorOf = (way: Way): LinkDoor => (way === "phone" ? "relay" : way);

/** A phone can't follow where only this computer can be reached. */
function ways(): Way[] {
  const [relay, ...others] = doors;
  return isLoopback(location.href) ? [...doors] : [relay, "phone", ...others];
}

type Props = { marketplace: string; note?: string; onBack: () => void; onFile: () => void };

/** The ways in, the easiest first. */
export function DoorStep({ marketplace, note, onBack, onFile }: Props) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [userName, setUserName] = useState(false);
  const start = useMutation({
    mutationFn: (way: Way) =>
      confirmed(() =>
        startLink({ door: doorOf(way), marketplace, ...(userName && { user_name: true }) }),
      ),
    onSuccess: (link, way) => {
      queries.setQueryData(linkQuery(link.id).queryKey, link);
      if (way === "relay") openRelay(link);
      return navigate({ to: "/accounts/link/$id", params: { id: link.id } });
    },
  });
  const found = useQuery(doorsQuery);
  const known = found.data?.doors;
  const refused = start.error && !(start.error instanceof NotConfirmed) ? start.error : undefined;
  return (
    <>
      <StepTitle title={t.linking.doorTitle} lead={t.linking.doorLead} />
      <p className="mb-4 flex flex-wrap items-center gap-x-2">
        {t.linking.inStore(t.common.marketplaces[marketplace] ?? marketplace)}
        <Button small kind="quiet" onClick={onBack}>
          {t.linking.otherStore}
        </Button>
      </p>
      <div className="grid gap-3">
        {(refused ?? note) && <InlineError error={refused ?? note} />}
        {found.isError && (
          <ErrorState
            small
            title={t.linking.doorsError}
            error={found.error}
            onRetry={() => void found.refetch()}
            busy={found.isFetching}
          />
        )}
        {ways().map((way) => (
          <Door
            key={way}
            way={way}
            shut={shutReason(known, doorOf(way))}
            disabled={start.isPending}
            onOpen={() => (way === "file" ? onFile() : start.mutate(way))}
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
      </div>
    </>
  );
}

/** Why a door is shut; undefined where it is open or nobody knows yet. */
function shutReason(known: readonly DoorState[] | undefined, door: LinkDoor): string | undefined {
  const state = known?.find((one) => one.door === door);
  return state && !state.available ? (state.reason ?? t.linking.closed) : undefined;
}

type DoorProps = { way: Way; shut?: string; disabled: boolean; onOpen: () => void };

function Door({ way, shut, disabled, onOpen }: DoorProps) {
  const { name, text } = t.linking.doors[way];
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
          {way === "relay" && shut === undefined && (
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
