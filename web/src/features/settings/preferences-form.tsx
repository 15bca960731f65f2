import type { Preferences } from "@/api/types";
import { t } from "@/strings";
import { Checkbox, Select } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { languageChoices, marketplaceOf, storeChoices } from "./choices";
import { Limits } from "./limits";
import { useSavePreferences } from "./queries";

/** What a person wants to listen to and to pay. Each change is saved as it is made. */
export function PreferencesForm({ preferences }: { preferences: Preferences }) {
  const save = useSavePreferences();
  const change = (changed: Partial<Preferences>) => save.mutate({ ...preferences, ...changed });
  const { marketplace } = preferences;
  return (
    <div className="grid gap-6">
      <div className="flex min-h-6 flex-wrap justify-between gap-x-4">
        <p className="text-muted">{t.settings.preferencesLead}</p>
        <p role="status" className="text-muted text-sm">
          {save.isPending && t.settings.saving}
          {save.isSuccess && t.settings.saved}
        </p>
      </div>
      {save.error && <InlineError error={save.error} />}
      <Select
        label={t.settings.language}
        className="sm:max-w-72"
        value={preferences.language}
        choices={languageChoices(preferences.language)}
        onChange={(event) => change({ language: event.target.value })}
      />
      <Select
        label={t.settings.marketplace}
        className="sm:max-w-72"
        value={marketplace}
        choices={storeChoices()}
        onChange={(event) =>
          change({ marketplace: marketplaceOf(event.target.value) ?? marketplace })
        }
      />
      <Limits
        preferences={preferences}
        onChange={(limits) => change({ limits })}
        onRefuse={save.reset}
      />
      <Checkbox
        label={t.settings.household}
        hint={t.settings.householdHint}
        checked={preferences.household_shelf}
        onChange={(event) => change({ household_shelf: event.target.checked })}
      />
      <Checkbox
        label={t.settings.notices}
        checked={preferences.notifications_enabled}
        onChange={(event) => change({ notifications_enabled: event.target.checked })}
      />
    </div>
  );
}
