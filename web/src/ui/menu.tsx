import { Menu as Base } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { type ButtonKind, buttonClasses } from "./button";
import { Icon, type IconName } from "./icon";

export type MenuAction = {
  label: ReactNode;
  icon?: IconName;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
};

type Props = {
  /** What the button says, or its name when an icon stands for it. */
  label: string;
  icon?: IconName;
  kind?: ButtonKind;
  small?: boolean;
  actions: MenuAction[];
};

/** A button that opens a list of actions. */
export function Menu({ label, icon, kind = "secondary", small = false, actions }: Props) {
  return (
    <Base.Root>
      <Base.Trigger
        aria-label={icon ? label : undefined}
        className={classes(buttonClasses(kind, small), icon && "aspect-square px-0")}
      >
        {icon ? <Icon name={icon} /> : label}
        {!icon && <Icon name="chevron" className="size-4" />}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-40 outline-none">
          <Base.Popup className="min-w-48 rounded-xl border border-line bg-surface p-1.5 shadow-float outline-none">
            {actions.map((action, place) => (
              <Base.Item
                // biome-ignore lint/suspicious/noArrayIndexKey: the list of actions doesn't move
                key={place}
                disabled={action.disabled}
                onClick={action.onSelect}
                className={classes(
                  "flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-3 outline-none data-disabled:opacity-50 data-highlighted:bg-sunken",
                  action.danger && "text-bad",
                )}
              >
                {action.icon && <Icon name={action.icon} className="size-4.5" />}
                {action.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
