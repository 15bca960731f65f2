import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { hasCode } from "@/api/problem";
import type { AccountLink } from "@/api/types";
import { useLive } from "@/api/use-live";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { ApprovalScreen } from "./approval-screen";
import { BrowserScreen } from "./browser-screen";
import { ConfirmScreen } from "./confirm-screen";
import { DoneScreen } from "./done-screen";
import { LinkFooter } from "./link-footer";
import { screenOf } from "./link-steps";
import { linkQuery } from "./queries";
import { QuestionScreen } from "./question-screen";
import { RelayScreen } from "./relay-screen";
import { Trail } from "./trail";
import { Waiting } from "./waiting";

type Props = {
  id: string;
  /** The person signs in again for an account they linked before. */
  again: boolean;
};

/** A pending link: whatever it waits for, asked for or waited for here. It survives a reload. */
export function LinkPage({ id, again }: Props) {
  useLive();
  const { data, error, isFetching, refetch } = useQuery(linkQuery(id));
  const gone = hasCode(error, "not_found");
  return (
    <Page title={t.linking.title}>
      <div className="max-w-2xl">
        {gone && <Ended />}
        {error && !gone && !data && (
          <ErrorState
            title={t.linking.error}
            error={error}
            onRetry={() => void refetch()}
            busy={isFetching}
          />
        )}
        {!data && !error && <LoadingLink />}
        {data && !gone && <Pending link={data} again={again} />}
      </div>
    </Page>
  );
}

function Pending({ link, again }: { link: AccountLink; again: boolean }) {
  const [linked, setLinked] = useState<string>();
  if (linked) return <DoneScreen account={linked} />;
  const screen = screenOf(link);
  if (screen === "ended") return <Ended reason={link.reason} />;
  return (
    <>
      <Trail here={screen === "confirm" ? "confirm" : "sign-in"} />
      {screen === "relay" && <RelayScreen link={link} />}
      {screen === "browser" && <BrowserScreen key={link.reason} link={link} />}
      {screen === "question" && <QuestionScreen link={link} />}
      {screen === "approval" && <ApprovalScreen link={link} />}
      {screen === "registering" && <Waiting text={t.linking.registering} />}
      {screen === "confirm" && <ConfirmScreen link={link} again={again} onLinked={setLinked} />}
      <LinkFooter link={link} />
    </>
  );
}

function Ended({ reason }: { reason?: string }) {
  return (
    <EmptyState
      icon="clock"
      title={t.linking.endedTitle}
      action={
        <Link to="/accounts/link" className={buttonClasses("primary")}>
          {t.linking.startOver}
        </Link>
      }
    >
      {reason || t.linking.endedText}
    </EmptyState>
  );
}

function LoadingLink() {
  return (
    <Loading>
      <Skeleton className="mb-7 h-6 w-80 max-w-full" />
      <Skeleton className="h-72 rounded-2xl" />
    </Loading>
  );
}
