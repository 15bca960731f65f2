import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "@/api/account-queries";
import { meQuery } from "@/api/queries";
import { Continue } from "@/features/home/continue";
import { LinkHealth } from "@/features/home/link-health";
import { Newest } from "@/features/home/newest";
import { OverTime } from "@/features/home/over-time";
import { FactorWanted } from "@/features/security/factor-wanted";
import { t } from "@/strings";
import { Page } from "@/ui/page";

/** Three questions at a glance: is my link alive, what is new, what next. */
export function HomePage() {
  const me = useQuery(meQuery).data;
  const accounts = useQuery(accountsQuery).data;
  const linked = accounts === undefined || accounts.items.length > 0;
  return (
    <Page title={t.home.title} heading={me?.name ? t.home.hello(me.name) : undefined}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-10">
        <FactorWanted />
        <LinkHealth />
        {linked && (
          <>
            <Continue />
            <Newest />
            <OverTime />
          </>
        )}
      </div>
    </Page>
  );
}
