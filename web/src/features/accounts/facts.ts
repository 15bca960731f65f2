import type { AccountCard } from "@/api/types";
import { formatDate, formatDateTime } from "@/lib/format";
import { t } from "@/strings";

/** A fact of a link: a text, or a time to be told as one, and a note below it. */
export type Fact = { name: string; text?: string; at?: string; note?: string };

/** The facts of a link in the order they are read in; the budget is apart, since it has a look of its own. */
export function factsOf(card: AccountCard): Fact[] {
  const { token, forecast } = card;
  const linked = { name: t.accounts.linked, text: formatDate(card.linked_at) };
  const signIns = {
    name: t.accounts.signIns,
    text: t.accounts.signInCount(card.sign_ins, token.renewals),
  };
  // Nothing is left of an ended link but what it was.
  if (card.state === "revoked") return [linked, signIns];
  return [
    {
      name: t.accounts.device,
      text: card.device_name || t.accounts.noDevice,
      note: card.shared_device ? t.accounts.shared : undefined,
    },
    linked,
    moment(t.accounts.tokenAge, token.issued_at, t.accounts.never),
    moment(t.accounts.tokenValid, token.valid_until, t.accounts.unknown),
    moment(t.accounts.lastRefresh, token.refreshed_at, t.accounts.never),
    moment(t.accounts.nextRefresh, token.next_refresh_at, t.accounts.whenNeeded),
    signIns,
    { name: t.accounts.carries, text: carriers(card) },
    {
      ...moment(t.accounts.forecast, forecast.next_prompt_at, t.accounts.noPrompt),
      note: forecast.reason,
    },
    {
      name: t.accounts.lastError,
      text: card.last_error?.text ?? t.accounts.noError,
      note: card.last_error && formatDateTime(card.last_error.at),
    },
  ];
}

function moment(name: string, at: string | undefined, otherwise: string): Fact {
  return at ? { name, at } : { name, text: otherwise };
}

/** What would keep the link alive without the person. */
function carriers({ token }: AccountCard): string {
  const found = [
    token.can_refresh && t.accounts.canRefresh,
    token.can_sign && t.accounts.canSign,
  ].filter(Boolean);
  return found.length > 0 ? found.join(", ") : t.accounts.carriesNothing;
}
