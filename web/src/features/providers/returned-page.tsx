import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api } from "@/api/client";
import { Problem } from "@/api/problem";
import { meQuery, serverQuery } from "@/api/queries";
import type { Me, ProviderDone, SignedIn } from "@/api/types";
import { Entry } from "@/features/enter/entry";
import { SecondStep } from "@/features/enter/second-step";
import { RecoveryCodes } from "@/features/recovery/recovery-codes";
import { isOwnPath } from "@/lib/own-path";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError, Loading, Skeleton } from "@/ui/states";
import { ConfirmLink } from "./confirm-link";
import { placeToReturn } from "./leave";
import { RegisterForm } from "./register-form";

/** Hands in what a provider sent this browser back with, once, and goes on. */
export function ReturnedPage() {
  // Kept, because it is gone from the address as soon as the page goes on.
  const [hash] = useState(useLocation({ select: (location) => location.hash }));
  const answer = useQuery({
    queryKey: ["returned", hash],
    queryFn: () =>
      api.post<ProviderDone>("/session/provider/answer", {
        state: "",
        ...Object.fromEntries(new URLSearchParams(hash)),
      }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });
  const words = t.enter.provider;
  if (answer.error) return <Refused error={answer.error} />;
  if (!answer.data) {
    return (
      <Entry key="waiting" title={words.waiting}>
        <Loading>
          <Skeleton className="h-24" />
        </Loading>
      </Entry>
    );
  }
  return <Done key="done" done={answer.data} />;
}

/** What came of the answer: a session, or something to decide. */
function Done({ done }: { done: ProviderDone }) {
  const go = useGo();
  const [entered, setEntered] = useState<SignedIn>(done);
  const words = t.enter.provider;
  const me = done.stepped_up ?? (entered.recovery_codes ? undefined : entered.me);
  useEffect(() => {
    if (me) void go(me);
  }, [me, go]);
  if (done.register) {
    return (
      <Entry title={words.registerTitle} lead={words.registerLead(done.register.provider)}>
        <RegisterForm who={done.register} onDone={(me) => void go(me, "/accounts/link")} />
      </Entry>
    );
  }
  if (done.link) return <ConfirmLink who={done.link} />;
  if (entered.me && entered.recovery_codes) {
    const fresh = entered.me;
    return (
      <Entry title={t.security.codes.title} lead={t.enter.second.lastUsed}>
        <RecoveryCodes codes={entered.recovery_codes} onDone={() => void go(fresh)} />
      </Entry>
    );
  }
  if (entered.second_factor) {
    return (
      <Entry title={t.enter.second.title} lead={words.second}>
        <SecondStep
          owed={entered.second_factor}
          onDone={setEntered}
          onBack={() => history.back()}
        />
      </Entry>
    );
  }
  return (
    <Entry title={words.waiting}>
      <Loading>
        <Skeleton className="h-24" />
      </Loading>
    </Entry>
  );
}

/** Goes on as somebody who is signed in: where they wanted to, or to `next`. */
function useGo() {
  const client = useQueryClient();
  const router = useRouter();
  const [go] = useState(() => async (me: Me, next = placeToReturn()) => {
    client.setQueryData(meQuery.queryKey, me);
    await client.fetchQuery({ ...serverQuery, staleTime: 0 });
    router.history.replace(isOwnPath(next) ? next : "/");
  });
  return go;
}

/** Says why nothing came of it, to whoever wanted to sign in as to whoever is. */
function Refused({ error }: { error: Error }) {
  const router = useRouter();
  const words = t.enter.provider;
  const known = error instanceof Problem ? words.errors[error.code] : undefined;
  return (
    <Entry key="refused" title={words.refused}>
      <div className="grid gap-5">
        <InlineError error={known ?? error} />
        <Button
          onClick={() => {
            const next = placeToReturn();
            router.history.replace(isOwnPath(next) ? next : "/");
          }}
        >
          {t.enter.second.back}
        </Button>
      </div>
    </Entry>
  );
}
