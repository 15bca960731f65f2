import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { EmptyState, ErrorState } from "@/ui/states";
import { Wordmark } from "@/ui/wordmark";

/** In the place of a page that couldn't be shown. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = async () => {
    reset();
    await router.invalidate();
  };
  if (error instanceof Problem)
    return <ErrorState heading="h1" title={t.common.startError} error={error} onRetry={again} />;
  return (
    <EmptyState
      heading="h1"
      icon="warning"
      title={t.common.crash.title}
      action={<Button onClick={() => window.location.reload()}>{t.common.crash.action}</Button>}
    >
      {t.common.crash.text}
    </EmptyState>
  );
}

/** The same where nothing stands around the page. */
export function LoneCrash(props: ErrorComponentProps) {
  return (
    <main className="flex flex-col items-center pt-12">
      <Wordmark />
      <title>{t.common.app}</title>
      <Crash {...props} />
    </main>
  );
}

/** While it isn't known yet who is there; a quick server never lets it show. */
export function Waiting() {
  return (
    <div className="grid min-h-dvh place-items-center" role="status">
      <span className="animate-pulse">
        <Wordmark />
      </span>
      <span className="sr-only">{t.common.loading}</span>
    </div>
  );
}

/** At an address that leads nowhere. */
export function Missing() {
  return (
    <main className="flex flex-col items-center pt-12">
      <Wordmark />
      <title>{`${t.common.notFound.title} · ${t.common.app}`}</title>
      <EmptyState
        heading="h1"
        icon="search"
        title={t.common.notFound.title}
        action={
          <Link to="/" className={buttonClasses("primary")}>
            {t.common.notFound.action}
          </Link>
        }
      >
        {t.common.notFound.text}
      </EmptyState>
    </main>
  );
}
