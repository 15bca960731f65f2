import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { noticeSettingsQuery } from "./queries";

/** The address at which a calendar program reads the releases. */
export function CalendarPart({ since }: { since?: string }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: noticeSettingsQuery.queryKey });
  const make = useMutation({
    mutationFn: () => api.post<{ path: string }>("/notices/calendar"),
    onSettled: refresh,
  });
  const end = useMutation({
    mutationFn: () => api.delete("/notices/calendar"),
    onSuccess: () => make.reset(),
    onSettled: refresh,
  });
  const refused = make.error ?? end.error;
  return (
    <div className="grid gap-4">
      <p className="text-muted">{t.notices.calendarLead}</p>
      {make.data ? (
        <div className="grid gap-2">
          <p>{t.notices.calendarOnce}</p>
          <code className="break-all rounded-lg bg-sunken p-3">
            {new URL(make.data.path, window.location.origin).href}
          </code>
        </div>
      ) : (
        since && <p>{t.notices.calendarSince(formatDate(since))}</p>
      )}
      {refused && <InlineError error={refused} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => make.mutate()} busy={make.isPending}>
          {since ? t.notices.calendarNew : t.notices.calendarMake}
        </Button>
        {since && (
          <Button kind="quiet" onClick={() => end.mutate()} busy={end.isPending}>
            {t.notices.calendarEnd}
          </Button>
        )}
      </div>
    </div>
  );
}
