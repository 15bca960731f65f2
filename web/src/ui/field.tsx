import { type ComponentProps, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { Icon } from "./icon";

export const controlClasses =
  "min-h-11 w-full rounded-lg border border-edge bg-surface px-3 text-ink placeholder:text-muted " +
  "disabled:opacity-60 aria-invalid:border-bad";

type FrameProps = {
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: ReactNode;
};

/** A label above a control, a hint or the error below it. */
function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-note`} className="text-bad text-sm" role="alert">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-note`} className="text-muted text-sm">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

type TextProps = ComponentProps<"input"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
};

/** One line of text with its label, a hint, and the reason when it was refused. */
export function TextField({ label, hint, error, className, ...rest }: TextProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
        className={classes(controlClasses, className)}
      />
    </Frame>
  );
}

type PasswordProps = Omit<TextProps, "type">;

/**
 * A password with a button that shows what was typed. React would copy a value
 * that it controls into the page's HTML, where style sheets and extensions read
 * it; so the field holds it alone, and takes a value that differs from outside.
 */
export function PasswordField({ label, hint, error, className, value, ...rest }: PasswordProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current && value !== undefined && input.current.value !== value)
      input.current.value = String(value);
  }, [value]);
  const [shown, setShown] = useState(false);
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <div className="relative">
        <input
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...rest}
          ref={input}
          id={id}
          type={shown ? "text" : "password"}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${id}-note` : undefined}
          className={classes(controlClasses, "pr-12", className)}
        />
        <button
          type="button"
          aria-label={shown ? t.common.hidePassword : t.common.showPassword}
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-lg text-muted hover:text-ink"
        >
          <Icon name={shown ? "eyeOff" : "eye"} />
        </button>
      </div>
    </Frame>
  );
}

type Choice = { value: string; label: string };
type SelectProps = ComponentProps<"select"> & {
  label: ReactNode;
  choices: Choice[];
  hint?: ReactNode;
  error?: ReactNode;
  /** Leaves the label to screen readers, where the place says it already. */
  bare?: boolean;
};

/** One of several values. The system draws the list, so that it suits a phone. */
export function Select({
  label,
  choices,
  hint,
  error,
  bare = false,
  className,
  ...rest
}: SelectProps) {
  const id = useId();
  const control = (
    <span className={classes("relative block", className)}>
      <select
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
        className={classes(controlClasses, "appearance-none truncate pr-9")}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <Icon
        name="chevron"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
  if (bare) {
    return (
      <>
        <label htmlFor={id} className="sr-only">
          {label}
        </label>
        {control}
      </>
    );
  }
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      {control}
    </Frame>
  );
}

type CheckProps = Omit<ComponentProps<"input">, "type"> & { label: ReactNode; hint?: ReactNode };

/** A box to tick, with its words beside it. */
export function Checkbox({ label, hint, className, ...rest }: CheckProps) {
  const id = useId();
  return (
    <div className={classes("flex gap-3", className)}>
      <input
        {...rest}
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-note` : undefined}
        className="mt-0.5 size-5 shrink-0 accent-(--accent)"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-note`} className="text-muted text-sm">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
