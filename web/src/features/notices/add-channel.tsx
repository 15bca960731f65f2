import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import type { AddedChannel, NewNoticeChannel } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { PasswordField, Select, TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { noticeSettingsQuery } from "./queries";

const kinds = (Object.keys(t.notices.channelKinds) as NewNoticeChannel["kind"][]).map((value) => ({
  value,
  label: t.notices.channelKinds[value],
}));
const blank: NewNoticeChannel = { kind: "ntfy", name: "", url: "" };

/** The button that adds a place, and its form. */
export function AddChannel() {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(blank);
  const add = useMutation({
    mutationFn: (body: NewNoticeChannel) => api.post<AddedChannel>("/notices/channels", body),
    onSuccess: (made) => {
      if (!made.secret) close();
      return queries.invalidateQueries({ queryKey: noticeSettingsQuery.queryKey });
    },
  });
  const close = () => {
    setOpen(false);
    setWanted(blank);
    add.reset();
  };
  const change = (changed: Partial<NewNoticeChannel>) => setWanted({ ...wanted, ...changed });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(wanted);
  };
  return (
    <>
      <Button className="mt-3" onClick={() => setOpen(true)}>
        {t.notices.add}
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={t.notices.add}
        description={add.data?.secret ? t.notices.secret : t.notices.addLead}
      >
        {add.data?.secret ? (
          <div className="grid gap-4">
            <code className="break-all rounded-lg bg-sunken p-3">{add.data.secret}</code>
            <Button kind="primary" onClick={close}>
              {t.notices.done}
            </Button>
          </div>
        ) : (
          <form onSubmit={submit} className="grid gap-4">
            <Select
              label={t.notices.kind}
              value={wanted.kind}
              choices={kinds}
              onChange={(event) =>
                setWanted({ ...blank, kind: event.target.value as NewNoticeChannel["kind"] })
              }
            />
            <TextField
              label={t.notices.name}
              required
              maxLength={60}
              value={wanted.name}
              onChange={(event) => change({ name: event.target.value })}
            />
            <TextField
              label={t.notices.address}
              hint={t.notices.addressHints[wanted.kind]}
              type="url"
              required
              value={wanted.url}
              onChange={(event) => change({ url: event.target.value.trim() })}
            />
            {wanted.kind === "ntfy" && (
              <PasswordField
                label={t.notices.token}
                hint={t.notices.tokenHint}
                autoComplete="off"
                value={wanted.token ?? ""}
                onChange={(event) => change({ token: event.target.value || undefined })}
              />
            )}
            {add.error && <InlineError error={add.error} />}
            <Button type="submit" kind="primary" busy={add.isPending}>
              {t.notices.add}
            </Button>
          </form>
        )}
      </Dialog>
    </>
  );
}
