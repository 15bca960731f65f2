import { useState } from "react";
import type { AccountLink } from "@/api/types";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { QRCode } from "./qr-code";
import { isLoopback } from "./relay-address";
import { StepTitle } from "./step-title";
import { Waiting } from "./waiting";

/** Amazon's own pages in a new tab or on a phone; this page goes on by itself. */
export function RelayScreen({ link }: { link: AccountLink }) {
  // The address comes once; polls that follow don't carry it.
  const [address] = useState(link.relay_url);
  return (
    <>
      <StepTitle title={t.linking.relayTitle} lead={t.linking.relayText} />
      {address ? <Ways address={address} /> : <p className="text-muted">{t.linking.relayGone}</p>}
      <div className="mt-6">
        <Waiting text={t.linking.relayWaiting} />
      </div>
    </>
  );
}

function Ways({ address }: { address: string }) {
  return (
    <div className="grid gap-8">
      <div>
        <a
          href={address}
          target="_blank"
          rel="noreferrer noopener"
          className={buttonClasses("primary")}
        >
          {t.linking.relayOpen}
          <Icon name="external" className="size-4" />
        </a>
      </div>
      {!isLoopback(address) && (
        <div className="flex flex-wrap items-center gap-6">
          <QRCode text={address} label={t.linking.relayQR} />
          <div className="max-w-72">
            <h3 className="font-semibold text-lg">{t.linking.relayPhone}</h3>
            <p className="mt-1 text-muted">{t.linking.relayPhoneText}</p>
          </div>
        </div>
      )}
    </div>
  );
}
