import { t } from "@/strings";
import { TextField } from "@/ui/field";

type Props = {
  recovery: boolean;
  value: string;
  onChange: (code: string) => void;
  autoFocus?: boolean;
  error?: string;
};

/** A code of an authenticator app, or one of the recovery codes. */
export function CodeField({ recovery, value, onChange, autoFocus, error }: Props) {
  const words = t.enter.second;
  return (
    <TextField
      key={recovery ? "recovery" : "code"}
      label={recovery ? words.recovery : words.code}
      hint={recovery ? words.recoveryHint : words.codeHint}
      error={error}
      name={recovery ? "recovery-code" : "code"}
      autoComplete={recovery ? "off" : "one-time-code"}
      inputMode={recovery ? "text" : "numeric"}
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={recovery ? 60 : 12}
      // The page that asked before is gone, and with it what had the focus.
      ref={autoFocus ? (field) => field?.focus() : undefined}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="tabular-nums"
    />
  );
}
