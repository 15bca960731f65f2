import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { serverQuery } from "@/api/queries";
import type { AccountLink } from "@/api/types";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { InlineError } from "@/ui/states";
import { looksLikeFinalAddress } from "./link-steps";
import { completeLink } from "./queries";
import { StepTitle } from "./step-title";
import { useLinkStep } from "./use-link-step";

/** Sign-in in the person's own browser, finished with the address it ends on. */
export function BrowserScreen({ link }: { link: AccountLink }) {
  const [address, setAddress] = useState("");
  const [odd, setOdd] = useState(false);
  const finish = useLinkStep(link.id, () => completeLink(link.id, address.trim()));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const good = looksLikeFinalAddress(address);
    setOdd(!good);
    if (good) finish.mutate();
  };
  return (
    <>
      <StepTitle
        title={link.reason ? t.linking.browserStuck : t.linking.browserTitle}
        lead={link.reason}
      />
      <ol className="grid gap-5">
        {link.sign_in_url && (
          <Numbered number={1}>
            <OpenAmazon url={link.sign_in_url} />
          </Numbered>
        )}
        {t.linking.browserSteps.map((step, place) => (
          <Numbered key={step} number={place + 2}>
            <p>{step}</p>
          </Numbered>
        ))}
      </ol>
      <form onSubmit={submit} className="mt-5 grid gap-4">
        <TextField
          label={t.linking.address}
          hint={t.linking.addressHint}
          error={odd ? t.linking.addressOdd : undefined}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="url"
          required
        />
        {finish.error && <InlineError error={finish.error} />}
        <Button type="submit" kind="primary" busy={finish.isPending} className="justify-self-start">
          {t.linking.finish}
        </Button>
      </form>
    </>
  );
}

function Numbered({ number, children }: { number: number; children: React.ReactNode }) {
  return (
    <li className="grid grid-cols-[2rem_minmax(0,1fr)] gap-3">
      <span className="grid size-8 place-items-center rounded-full bg-sunken font-semibold text-sm tabular-nums">
        {number}
      </span>
      <div className="self-center">{children}</div>
    </li>
  );
}

/** The way to Amazon, which names the host it leads to; out of a simulation there is none. */
function OpenAmazon({ url }: { url: string }) {
  const isSimulated = useQuery(serverQuery).data?.simulated;
  if (isSimulated) return <p className="text-warn">{t.linking.leavesSimulation}</p>;
  if (!url.startsWith("https://") && !url.startsWith("http://localhost")) return null;
  return (
    <>
      <a href={url} target="_blank" rel="noreferrer noopener" className={buttonClasses("primary")}>
        {t.linking.browserOpen}
        <Icon name="external" className="size-4" />
      </a>
      <p className="mt-1.5 text-muted text-sm">{t.linking.leaves(new URL(url).hostname)}</p>
    </>
  );
}
