import type { AccountLink } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { answerLink } from "./queries";
import { StepTitle } from "./step-title";
import { useLinkStep } from "./use-link-step";

/** Waits for an approval that is given in Amazon's own application. */
export function ApprovalScreen({ link }: { link: AccountLink }) {
  const look = useLinkStep(link.id, () => answerLink(link.id, { poll: true }));
  return (
    <>
      <StepTitle
        title={t.linking.approvalTitle}
        lead={link.question?.message ?? t.linking.approvalText}
      />
      <div className="grid justify-items-start gap-4">
        {look.error && <InlineError error={look.error} />}
        <Button kind="primary" onClick={() => look.mutate()} busy={look.isPending}>
          {t.linking.approvalCheck}
        </Button>
      </div>
    </>
  );
}
