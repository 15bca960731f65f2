import { useMutation, useQuery } from "@tanstack/react-query";
import { givePasskey, PasskeyStopped, passkeysHere } from "@/api/passkeys";
import { hasCode } from "@/api/problem";
import { serverQuery } from "@/api/queries";
import { t } from "@/strings";
import { Button, type ButtonKind } from "@/ui/button";
import { InlineError } from "@/ui/states";

type Props<T> = {
  /** Where the passkey is asked for and handed in. */
  path: string;
  more?: object;
  label: string;
  kind?: ButtonKind;
  onDone: (answer: T) => void;
};

/** Asks for a passkey, where the server and the browser have any. */
export function PasskeyButton<T>({ path, more, label, kind, onDone }: Props<T>) {
  const offered = useQuery(serverQuery).data?.passkeys;
  const give = useMutation({
    mutationFn: () => givePasskey<T>(path, more),
    onSuccess: onDone,
  });
  if (!offered || !passkeysHere()) return null;
  return (
    <div className="grid gap-3">
      {give.error && <InlineError error={passkeyText(give.error)} />}
      <Button kind={kind} onClick={() => give.mutate()} busy={give.isPending}>
        {label}
      </Button>
    </div>
  );
}

/** What is told of an error around a passkey. */
export function passkeyText(error: unknown): unknown {
  if (error instanceof PasskeyStopped) return t.enter.passkey.stopped;
  if (hasCode(error, "passkey_refused")) return t.enter.passkey.refused;
  if (hasCode(error, "sign_in_over")) return t.enter.second.over;
  return error;
}
