import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { meQuery } from "@/api/queries";
import { AppearanceSelect } from "@/features/appearance/appearance-select";
import { t } from "@/strings";
import { Dialog } from "@/ui/dialog";
import { Icon } from "@/ui/icon";
import { places, upkeepOf } from "./places";

const item =
  "flex min-h-16 flex-col items-center justify-center gap-0.5 text-muted text-xs font-medium " +
  "data-[status=active]:text-accent";

/** The navigation under the thumb, where the screen is narrow. */
export function BottomBar() {
  const [open, setOpen] = useState(false);
  const me = useQuery(meQuery).data;
  return (
    <nav
      aria-label={t.shell.navigation}
      className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      <ul className="mx-auto grid max-w-lg grid-cols-5">
        {places.map((place) => (
          <li key={place.to}>
            <Link to={place.to} activeOptions={{ exact: place.to === "/" }} className={item}>
              <Icon name={place.icon} className="size-6" />
              {place.label}
            </Link>
          </li>
        ))}
        <li>
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => setOpen(true)}
            className={`${item} w-full`}
          >
            <Icon name="more" className="size-6" />
            {t.shell.nav.more}
          </button>
        </li>
      </ul>
      <Dialog open={open} onClose={() => setOpen(false)} title={t.shell.nav.more}>
        <ul className="mb-5 grid gap-1">
          {upkeepOf(me).map((place) => (
            <li key={place.to}>
              <Link
                to={place.to}
                onClick={() => setOpen(false)}
                className="flex min-h-12 items-center gap-3 rounded-lg px-3 font-medium hover:bg-sunken data-[status=active]:bg-accent-soft"
              >
                <Icon name={place.icon} />
                {place.label}
              </Link>
            </li>
          ))}
        </ul>
        <AppearanceSelect />
      </Dialog>
    </nav>
  );
}
