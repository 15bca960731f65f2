import { t } from "@/strings";

/** The mark, three books on a shelf, and the name beside it. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2.5 font-semibold font-serif text-xl">
      <svg viewBox="0 0 24 24" className="size-7 text-accent" aria-hidden="true">
        <path
          fill="currentColor"
          d="M4 3.5h4v15H4zM9 6h3.5v12.5H9zm5.2-1.1 3.7-1.1 3.7 14.3-3.4 1z"
        />
        <path d="M2 21h20" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      {t.common.app}
    </span>
  );
}
