import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { meQuery } from "@/api/queries";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { Checkbox } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";

/** The ways to take everything along and to leave. */
export function OwnData() {
  const confirmed = useConfirmed();
  const [leaving, setLeaving] = useState(false);
  const download = useMutation({
    mutationFn: () => confirmed(() => api.file("/me/export")),
    onSuccess: (file) => save(file, "audipy-my-data.json"),
  });
  const refused = download.error instanceof NotConfirmed ? undefined : download.error;
  return (
    <Card>
      <SectionTitle>{t.settings.data}</SectionTitle>
      <p className="mb-4 text-muted">{t.settings.dataLead}</p>
      {refused && <InlineError error={refused} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => download.mutate()} busy={download.isPending}>
          <Icon name="download" />
          {t.settings.download}
        </Button>
        <Button kind="danger" onClick={() => setLeaving(true)}>
          {t.settings.leave}
        </Button>
      </div>
      <p className="mt-2 text-muted text-sm">{t.settings.downloadNote}</p>
      {leaving && <Leave onClose={() => setLeaving(false)} />}
    </Card>
  );
}

function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Leave({ onClose }: { onClose: () => void }) {
  const [sure, setSure] = useState(false);
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const router = useRouter();
  const leave = useMutation({
    mutationFn: () => confirmed(() => api.delete<{ devices_left: number }>("/me")),
    onSuccess: async ({ devices_left }) => {
      queries.clear();
      queries.setQueryData(meQuery.queryKey, null);
      toast(devices_left > 0 ? t.settings.leftDevices(devices_left) : t.settings.left);
      await router.navigate({ to: "/sign-in" });
    },
  });
  const refused = leave.error instanceof NotConfirmed ? undefined : leave.error;
  return (
    <Dialog open onClose={onClose} title={t.settings.leaveTitle} description={t.settings.leaveText}>
      <div className="grid gap-4">
        <Checkbox
          label={t.settings.leaveSure}
          checked={sure}
          onChange={(event) => setSure(event.target.checked)}
        />
        {refused && <InlineError error={refused} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button
            kind="danger"
            disabled={!sure}
            busy={leave.isPending}
            onClick={() => leave.mutate()}
          >
            {t.settings.leave}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
