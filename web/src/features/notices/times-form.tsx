import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { NoticeTimes } from "@/api/types";
import { locale } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Checkbox, Select, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { noticeSettingsQuery } from "./queries";

/** The days of the week from Sunday on; the first of February 2026 was one. */
const days = [0, 1, 2, 3, 4, 5, 6].map((day) => ({
  value: String(day),
  label: new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(
    Date.UTC(2026, 1, 1 + day),
  ),
}));

/** When the person is told: their zone, quiet hours, and the digest. */
export function TimesForm({ times }: { times: NoticeTimes }) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(times);
  const save = useMutation({
    mutationFn: (body: NoticeTimes) => api.put<NoticeTimes>("/notices/times", body),
    onSuccess: () => queries.invalidateQueries({ queryKey: noticeSettingsQuery.queryKey }),
  });
  const change = (changed: Partial<NoticeTimes>) => {
    save.reset();
    setWanted({ ...wanted, ...changed });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(wanted);
  };
  const isQuiet = wanted.quiet_from !== undefined;
  return (
    <form onSubmit={submit} className="grid gap-5">
      <Select
        label={t.notices.zone}
        className="max-w-72"
        value={wanted.time_zone}
        choices={zones(times.time_zone)}
        onChange={(event) => change({ time_zone: event.target.value })}
      />
      <Checkbox
        label={t.notices.quiet}
        hint={t.notices.quietHint}
        checked={isQuiet}
        onChange={(event) =>
          change(
            event.target.checked
              ? { quiet_from: "22:00", quiet_until: "07:00" }
              : { quiet_from: undefined, quiet_until: undefined },
          )
        }
      />
      {isQuiet && (
        <div className="grid max-w-72 grid-cols-2 gap-3">
          <TextField
            label={t.notices.from}
            type="time"
            required
            value={wanted.quiet_from ?? ""}
            onChange={(event) => change({ quiet_from: event.target.value })}
          />
          <TextField
            label={t.notices.until}
            type="time"
            required
            value={wanted.quiet_until ?? ""}
            onChange={(event) => change({ quiet_until: event.target.value })}
          />
        </div>
      )}
      <div className="grid max-w-96 grid-cols-2 gap-3">
        <Select
          label={t.notices.digestDay}
          value={String(wanted.digest_day)}
          choices={days}
          onChange={(event) => change({ digest_day: Number(event.target.value) })}
        />
        <TextField
          label={t.notices.digestTime}
          type="time"
          required
          value={wanted.digest_time}
          onChange={(event) => change({ digest_time: event.target.value })}
        />
      </div>
      {save.error && <InlineError error={save.error} />}
      <div className="flex items-center gap-4">
        <Button type="submit" busy={save.isPending}>
          {t.notices.save}
        </Button>
        <p role="status" className="text-muted text-sm">
          {save.isSuccess && t.notices.saved}
        </p>
      </div>
    </form>
  );
}

/** The zone in use, the browser's own, and all that the browser knows. */
function zones(current: string) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([current, own, "UTC", ...Intl.supportedValuesOf("timeZone")])]
    .filter(Boolean)
    .map((value) => ({ value, label: value }));
}
