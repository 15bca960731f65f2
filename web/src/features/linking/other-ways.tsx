import type { LinkField } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { choiceText } from "./question-field";

type Props = {
  choices: NonNullable<LinkField["choices"]>;
  onChoose: (value: string) => void;
  busy: boolean;
};

/** The other ways that Amazon offers to get a code. */
export function OtherWays({ choices, onChoose, busy }: Props) {
  if (choices.length === 0) return null;
  return (
    <fieldset className="flex flex-wrap gap-2 border-line border-t pt-4">
      <legend className="sr-only">{t.linking.otherWays}</legend>
      {choices.map((choice) => (
        <Button
          key={choice.value}
          small
          kind="quiet"
          onClick={() => onChoose(choice.value)}
          disabled={busy}
        >
          {choiceText(choice)}
        </Button>
      ))}
    </fieldset>
  );
}
