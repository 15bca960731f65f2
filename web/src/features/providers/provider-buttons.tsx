import { useMutation, useQuery } from "@tanstack/react-query";
import { serverQuery } from "@/api/queries";
import type { Provider } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { leaveFor } from "./leave";

type Props = { label: (name: string) => string; more?: object; next: string };

/** A button for each provider that the server offers; they leave the page. */
export function ProviderButtons({ label, more, next }: Props) {
  const providers = useQuery(serverQuery).data?.providers ?? [];
  const leave = useMutation({
    mutationFn: ({ slot }: Provider) =>
      leaveFor("/session/provider", { provider: slot, ...more }, next),
  });
  if (providers.length === 0) return null;
  return (
    <section className="grid gap-3" aria-label={t.enter.provider.title}>
      {leave.error && <InlineError error={leave.error} />}
      {providers.map((provider) => (
        <Button
          key={provider.slot}
          onClick={() => leave.mutate(provider)}
          busy={leave.isPending && leave.variables.slot === provider.slot}
        >
          {label(provider.name)}
        </Button>
      ))}
    </section>
  );
}
