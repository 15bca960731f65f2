import { useRef, useState } from "react";
import { t } from "@/strings";
import { controlClasses } from "@/ui/field";
import { Icon } from "@/ui/icon";

type Props = { value: string; onSearch: (text: string) => void; onDown: () => void };

/** How long nobody types before the search is made, in milliseconds. */
const pause = 200;

/** The search, which acts while one types. Arrow down leads to the titles. */
export function SearchField({ value, onSearch, onDown }: Props) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // The address changed, and not by what was typed: "clear all filters", or back.
  if (value !== seen) {
    setSeen(value);
    if (value !== sent) {
      setSent(value);
      setText(value);
    }
  }
  const send = (next: string) => {
    clearTimeout(timer.current);
    setSent(next.trim());
    onSearch(next.trim());
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(next), pause);
  };

  return (
    <search className="relative min-w-0 flex-1 basis-64">
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-3 size-5 -translate-y-1/2 text-muted"
      />
      <input
        type="search"
        aria-label={t.library.search}
        placeholder={t.library.searchHint}
        aria-keyshortcuts="/"
        value={text}
        maxLength={200}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") send(text);
          if (event.key === "ArrowDown") {
            event.preventDefault();
            onDown();
          }
          if (event.key === "Escape") {
            if (text === "") event.currentTarget.blur();
            setText("");
            send("");
          }
        }}
        className={`${controlClasses} pr-10 pl-10 [&::-webkit-search-cancel-button]:hidden`}
      />
      {text !== "" && (
        <button
          type="button"
          aria-label={t.common.clear}
          onClick={() => {
            setText("");
            send("");
          }}
          className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-lg text-muted hover:text-ink"
        >
          <Icon name="close" className="size-4" />
        </button>
      )}
    </search>
  );
}
