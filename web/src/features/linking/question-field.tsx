import type { LinkField } from "@/api/types";
import { t } from "@/strings";
import { PasswordField, TextField } from "@/ui/field";
import { fieldShape } from "./link-steps";

type Props = { field: LinkField; captcha?: string; first: boolean };

/** One field of one of Amazon's questions, by its kind. */
export function QuestionField({ field, captcha, first }: Props) {
  if (field.kind === "wait") return null;
  if (field.kind === "choice") return <ChoiceField field={field} />;
  if (field.kind === "password") {
    return <PasswordField name={field.name} label={field.label} autoComplete="off" required />;
  }
  const shape = fieldShape(field.kind);
  return (
    <>
      {field.kind === "captcha" && captcha && (
        <img
          src={captcha}
          alt={t.linking.captchaImage}
          width={200}
          height={70}
          className="h-18 w-auto justify-self-start rounded-lg border border-line bg-white"
        />
      )}
      <TextField
        name={field.name}
        label={field.label}
        type={shape.type}
        inputMode={shape.inputMode}
        autoComplete={shape.autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={first}
        required={!field.optional}
      />
    </>
  );
}

function ChoiceField({ field }: { field: LinkField }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 font-medium text-sm">{field.label}</legend>
      {field.choices?.map((choice, place) => (
        <label
          key={choice.value}
          className="flex min-h-13 cursor-pointer items-center gap-3 rounded-xl border border-line bg-surface px-4 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={field.name}
            value={choice.value}
            defaultChecked={place === 0}
            required
            className="size-5 accent-(--accent)"
          />
          {choiceText(choice)}
        </label>
      ))}
    </fieldset>
  );
}

/** What a choice says: Amazon's words, or ours for its kind where Amazon has none. */
export function choiceText({
  value,
  label,
  kind,
}: NonNullable<LinkField["choices"]>[number]): string {
  return label || t.linking.choiceKinds[kind ?? ""] || value;
}
