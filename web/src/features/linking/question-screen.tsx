import type { FormEvent } from "react";
import type { AccountLink, LinkField } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { OtherWays } from "./other-ways";
import { answerLink, type LinkAnswers } from "./queries";
import { QuestionField } from "./question-field";
import { StepTitle } from "./step-title";
import { useLinkStep } from "./use-link-step";

/** One of Amazon's questions. The answer goes to Amazon by way of the person's own server. */
export function QuestionScreen({ link }: { link: AccountLink }) {
  const answer = useLinkStep(link.id, (answers: LinkAnswers) => answerLink(link.id, answers));
  const { question } = link;
  if (!question) return null;
  const asked = question.fields.filter((field) => !isOtherWay(field));
  const ways = question.fields.filter(isOtherWay).flatMap((field) => field.choices ?? []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    answer.mutate(answersOf(new FormData(form)), { onSuccess: () => form.reset() });
  };
  return (
    <form key={link.step} onSubmit={submit} className="grid gap-5" autoComplete="off">
      <StepTitle title={t.linking.questions[link.step] ?? t.linking.questionOther} />
      {question.message && (
        <p role="status" className="rounded-xl bg-sunken px-4 py-3">
          {question.message}
        </p>
      )}
      {asked.map((field, place) => (
        <QuestionField
          key={field.name}
          field={field}
          captcha={question.captcha}
          first={place === 0}
        />
      ))}
      {answer.error && <InlineError error={answer.error} />}
      <Button type="submit" kind="primary" busy={answer.isPending} className="justify-self-start">
        {answer.isPending ? t.linking.sending : t.linking.send}
      </Button>
      <OtherWays
        choices={ways}
        onChoose={(choice) => answer.mutate({ choice })}
        busy={answer.isPending}
      />
    </form>
  );
}

/** A choice that may be left alone leads away from the question, so it is no field of it. */
function isOtherWay(field: LinkField): boolean {
  return field.kind === "choice" && field.optional === true;
}

function answersOf(form: FormData): LinkAnswers {
  const answers: LinkAnswers = {};
  for (const [name, value] of form) {
    if (typeof value === "string" && value !== "") answers[name] = value;
  }
  return answers;
}
