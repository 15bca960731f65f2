import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { serverQuery } from "@/api/queries";
import type { Provider } from "@/api/types";
import { waysInQuery } from "@/features/security/queries";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { leaveFor } from "./leave";

type Props = { code: string; recovery: boolean };

/** A button for each linked provider that can ask anew; it leaves the page and comes back to it. */
export function ProviderStepUp({ code, recovery }: Props) {
  const offered = useQuery(serverQuery).data?.providers.filter((one) => one.asks_again) ?? [];
  const ways = useQuery({ ...waysInQuery, enabled: offered.length > 0 });
  const router = useRouter();
  const linked = offered.filter((one) => ways.data?.identities.some((i) => i.slot === one.slot));
  const leave = useMutation({
    mutationFn: ({ slot }: Provider) =>
      leaveFor(
        "/session/step-up/provider",
        { provider: slot, ...(code && (recovery ? { recovery_code: code } : { code })) },
        router.state.location.href,
      ),
  });
  return (
    <>
      {leave.error && <InlineError error={leave.error} />}
      {linked.map((provider) => (
        <Button key={provider.slot} onClick={() => leave.mutate(provider)} busy={leave.isPending}>
          {t.enter.provider.stepUp(provider.name)}
        </Button>
      ))}
    </>
  );
}
