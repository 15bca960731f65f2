import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { NoticeChannel, NoticeKind, NoticeMode, NoticeSettings } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Select } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { noticeSettingsQuery } from "./queries";

const modes = (Object.keys(t.notices.modes) as NoticeMode[]).map((value) => ({
  value,
  label: t.notices.modes[value],
}));

type Props = { channel: NoticeChannel; settings: NoticeSettings };

/** One place where the person is told, with what it tells. */
export function ChannelPart({ channel, settings }: Props) {
  const queries = useQueryClient();
  const path = `/notices/channels/${encodeURIComponent(channel.id)}`;
  const refresh = () => queries.invalidateQueries({ queryKey: noticeSettingsQuery.queryKey });
  const change = useMutation({
    mutationFn: (next: Record<string, string>) =>
      api.put(path, { name: channel.name, modes: next }),
    onSettled: refresh,
  });
  const test = useMutation({ mutationFn: () => api.post(`${path}/test`) });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSettled: refresh });
  const isEmail = channel.kind === "email";
  const name = isEmail ? t.notices.email : channel.name;
  const shown = change.isPending ? { ...channel.modes, ...change.variables } : channel.modes;
  return (
    <li className="grid gap-3 py-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-medium">{name}</p>
          <p className="break-words text-muted text-sm">{lead(channel, settings)}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {(!isEmail || settings.can_mail) && (
            <Button
              small
              onClick={() => test.mutate()}
              busy={test.isPending}
              aria-label={t.notices.testOf(name)}
            >
              {t.notices.test}
            </Button>
          )}
          {!isEmail && (
            <Button
              small
              kind="quiet"
              onClick={() => remove.mutate()}
              busy={remove.isPending}
              aria-label={t.notices.removeOf(name)}
            >
              {t.notices.remove}
            </Button>
          )}
        </div>
      </div>
      <p role="status" className="text-muted text-sm empty:hidden">
        {test.isSuccess && t.notices.tested}
      </p>
      {[test.error, change.error, remove.error].map(
        (error, i) => error && <InlineError key={["test", "change", "remove"][i]} error={error} />,
      )}
      <details>
        <summary className="min-h-9 cursor-pointer py-1.5 font-medium text-accent text-sm">
          {t.notices.choose(name)}
        </summary>
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          {(settings.kinds as NoticeKind[]).map((kind) => (
            <Select
              key={kind}
              label={t.notices.kinds[kind]}
              value={shown[kind]}
              choices={modes}
              onChange={(event) => change.mutate({ ...channel.modes, [kind]: event.target.value })}
            />
          ))}
        </div>
      </details>
    </li>
  );
}

function lead(channel: NoticeChannel, settings: NoticeSettings): string {
  if (channel.kind !== "email")
    return [t.notices.channelKinds[channel.kind], channel.host].filter(Boolean).join(" · ");
  return settings.can_mail ? t.notices.mailTo(settings.email) : t.notices.noMail;
}
