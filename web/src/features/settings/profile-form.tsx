import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { meQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { ChangeAddress } from "./change-address";

/** The person's name, and the e-mail address they sign in with. */
export function ProfileForm({ me }: { me: Me }) {
  const queries = useQueryClient();
  const [name, setName] = useState(me.name);
  const rename = useMutation({
    mutationFn: () => api.patch<Me>("/me", { name: name.trim() }),
    onSuccess: (changed) => queries.setQueryData(meQuery.queryKey, changed),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      <TextField
        label={t.settings.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="name"
        maxLength={100}
      />
      <TextField
        label={t.settings.email}
        value={me.email}
        autoComplete="email"
        readOnly
        className="read-only:bg-sunken read-only:text-muted"
      />
      {rename.error && <InlineError error={rename.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={rename.isPending} disabled={name.trim() === me.name}>
          {t.settings.save}
        </Button>
        <ChangeAddress />
      </div>
    </form>
  );
}
