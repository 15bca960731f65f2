import type { ComponentProps } from "react";
import { classes } from "@/lib/classes";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

const kinds: Record<ButtonKind, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-edge bg-surface text-ink hover:bg-sunken",
  quiet: "text-accent hover:bg-accent-soft",
  danger: "border border-bad bg-surface text-bad hover:bg-bad-soft",
};

/** The classes of a button, for links that look like one. */
export function buttonClasses(kind: ButtonKind = "secondary", small = false): string {
  return classes(
    "inline-flex select-none items-center justify-center gap-2 rounded-lg font-semibold transition-colors",
    "disabled:cursor-not-allowed disabled:opacity-60 aria-busy:cursor-progress",
    small ? "min-h-9 px-3 text-sm" : "min-h-11 px-4",
    kinds[kind],
  );
}

type Props = ComponentProps<"button"> & {
  kind?: ButtonKind;
  small?: boolean;
  /** Shows that the action runs; the button can't be pressed meanwhile. */
  busy?: boolean;
};

/** A button. It submits nothing unless its type says so. */
export function Button({
  kind,
  small,
  busy = false,
  className,
  disabled,
  children,
  ...rest
}: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(buttonClasses(kind, small), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

function Spinner() {
  return (
    <svg viewBox="0 0 16 16" className="size-4 animate-spin" aria-hidden="true">
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.3" />
      <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}
