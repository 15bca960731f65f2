import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { meQuery } from "@/api/queries";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";
import { Wordmark } from "@/ui/wordmark";
import { helpOpen } from "./keys";
import { type Place, places, upkeepOf } from "./places";
import { SignOut } from "./sign-out";

/** The navigation beside the page, where there is room for it. */
export function Sidebar() {
  const me = useQuery(meQuery).data;
  return (
    <header className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-line border-r px-4 py-6 lg:flex">
      <Link to="/" className="mb-8 rounded-lg px-3">
        <Wordmark />
      </Link>
      <nav aria-label={t.shell.navigation} className="flex flex-col gap-6">
        <Places places={places} />
        <Places places={upkeepOf(me)} />
      </nav>
      <div className="mt-auto flex flex-col gap-3 pt-8">
        {me && (
          <div className="min-w-0 px-3">
            <p className="truncate font-semibold">{me.name}</p>
            <p className="truncate text-muted text-sm">{me.email}</p>
          </div>
        )}
        <div className="flex items-center justify-between">
          <SignOut />
          <button
            type="button"
            aria-label={t.shell.keys.open}
            onClick={() => helpOpen.set(true)}
            className="grid size-10 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-ink"
          >
            <Icon name="keyboard" />
          </button>
        </div>
      </div>
    </header>
  );
}

function Places({ places }: { places: readonly Place[] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {places.map((place) => (
        <li key={place.to}>
          <Link
            to={place.to}
            activeOptions={{ exact: place.to === "/" }}
            className="flex min-h-10 items-center gap-3 rounded-lg px-3 font-medium text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-ink"
          >
            <Icon name={place.icon} />
            {place.label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
