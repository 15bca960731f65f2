import type { ReactNode } from "react";
import { Problem } from "@/api/problem";
import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

/** A grey shape with the size of what is being loaded. */
export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden="true" className={classes("skeleton", className)} />;
}

/** Skeletons that say once, to screen readers, that something is loading. */
export function Loading({ children }: { children: ReactNode }) {
  return (
    <div aria-busy="true">
      <span className="sr-only" role="status">
        {t.common.loading}
      </span>
      {children}
    </div>
  );
}

type EmptyProps = {
  icon?: IconName;
  title: ReactNode;
  /** Where it stands for a whole page, its title is the first heading. */
  heading?: "h1" | "h2";
  children?: ReactNode;
  action?: ReactNode;
};

/** Why there is nothing, and what to do next. */
export function EmptyState(props: EmptyProps) {
  const { icon = "book", title, heading: Heading = "h2", children, action } = props;
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-14 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-sunken text-muted">
        <Icon name={icon} className="size-7" />
      </span>
      <Heading className="font-semibold text-xl">{title}</Heading>
      {children && <div className="text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What a person is told about an error: the server's sentence, or ours for its code. */
export function problemText(error: unknown): string {
  const unexpected = t.common.problems.unexpected ?? "";
  if (!(error instanceof Problem)) return unexpected;
  const text = sentence(t.common.problems[error.code] ?? (error.message || unexpected));
  if (error.retryAfter) return `${text} ${t.common.retryIn(error.retryAfter)}`;
  return error.hint ? `${text} ${sentence(error.hint)}` : text;
}

/** Problems whose sentence of ours says already what to do. */
const selfHelp = ["offline", "busy", "too_many_attempts"];

/** The same, and what to do next even where the server names nothing. */
function problemAdvice(error: unknown): string {
  const isAdvised =
    error instanceof Problem && (error.hint || error.retryAfter || selfHelp.includes(error.code));
  return isAdvised ? problemText(error) : `${problemText(error)} ${t.common.errorNext}`;
}

/** A line of the server's as a sentence: they begin small and end without a stop. */
function sentence(text: string): string {
  return text.replace(/^\p{Ll}/u, (first) => first.toUpperCase()).replace(/[^.!?…]$/u, "$&.");
}

type ErrorProps = {
  error: unknown;
  /** What can't be shown. */
  title?: ReactNode;
  /** Where it stands for a whole page, its title is the first heading. */
  heading?: "h1" | "h2";
  onRetry?: () => void;
  busy?: boolean;
  /** In a part of a page that is a few lines high. */
  small?: boolean;
};

/** What went wrong and a way to try again. */
export function ErrorState(props: ErrorProps) {
  const { error, title = t.common.errorTitle, heading: Heading = "h2", onRetry, busy } = props;
  const requestId = error instanceof Problem ? error.requestId : undefined;
  if (props.small) {
    return (
      <div
        role="alert"
        className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-2.5 sm:grid-cols-[auto_minmax(0,1fr)_auto]"
      >
        <Icon name="warning" className="size-5 self-start text-bad" />
        <p className="text-sm">
          <strong className="block font-semibold">{title}</strong>
          {problemAdvice(error)}
          {requestId && (
            <span className="block font-mono text-muted text-xs">
              {t.common.requestId(requestId)}
            </span>
          )}
        </p>
        {onRetry && (
          <Button
            small
            onClick={onRetry}
            busy={busy}
            className="col-start-2 justify-self-start sm:col-start-3"
          >
            {t.common.tryAgain}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div
      role="alert"
      className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-14 text-center"
    >
      <span className="grid size-14 place-items-center rounded-full bg-bad-soft text-bad">
        <Icon name="warning" className="size-7" />
      </span>
      <Heading className="font-semibold text-xl">{title}</Heading>
      <p className="text-muted">{problemAdvice(error)}</p>
      {requestId && <p className="font-mono text-muted text-xs">{t.common.requestId(requestId)}</p>}
      {onRetry && (
        <Button onClick={onRetry} busy={busy} className="mt-2">
          {t.common.tryAgain}
        </Button>
      )}
    </div>
  );
}

/** An error within a form or a card, in one or two lines. */
export function InlineError({ error }: { error: unknown }) {
  return (
    <p role="alert" className="flex gap-2 rounded-lg bg-bad-soft px-3 py-2.5 text-bad text-sm">
      <Icon name="warning" className="mt-0.5 size-4" />
      <span>{typeof error === "string" ? error : problemText(error)}</span>
    </p>
  );
}
