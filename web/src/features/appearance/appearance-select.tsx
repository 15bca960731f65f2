import { type Appearance, appearance, appearances } from "@/lib/appearance";
import { useSignal } from "@/lib/signal";
import { t } from "@/strings";
import { Select } from "@/ui/field";

/** Light, dark, or like the system. */
export function AppearanceSelect({ bare = false }: { bare?: boolean }) {
  const value = useSignal(appearance);
  return (
    <Select
      bare={bare}
      label={t.shell.appearance.label}
      value={value}
      onChange={(event) => appearance.set(event.target.value as Appearance)}
      choices={appearances.map((one) => ({ value: one, label: t.shell.appearance[one] }))}
    />
  );
}
