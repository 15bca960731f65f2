import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { type KindFilter, kinds } from "./queries";

type Props = { kind: KindFilter; onKind: (kind: KindFilter) => void };

/** Which kind of suggestion is shown; it stands in the page's address. */
export function KindPicker({ kind, onKind }: Props) {
  return (
    <div className="-mx-1 mb-4 overflow-x-auto p-1">
      <fieldset className="flex w-max gap-2">
        <legend className="sr-only">{t.next.kind}</legend>
        {kinds.map((one) => (
          <label
            key={one}
            className={classes(
              "relative flex min-h-10 cursor-pointer items-center whitespace-nowrap rounded-full border px-4 font-medium text-sm",
              "has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
              one === kind
                ? "border-accent bg-accent text-on-accent"
                : "border-edge bg-surface hover:bg-sunken",
            )}
          >
            <input
              type="radio"
              name="kind"
              value={one}
              checked={one === kind}
              onChange={() => onKind(one)}
              className="sr-only"
            />
            {t.next.kinds[one]}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
