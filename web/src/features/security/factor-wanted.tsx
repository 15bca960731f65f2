import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "@/api/client";
import { meQuery } from "@/api/queries";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { InlineError } from "@/ui/states";
import { factorsQuery } from "./queries";

/** Asks administrators without a second factor for one; they may put it off. */
export function FactorWanted() {
  const queries = useQueryClient();
  const isAdmin = useQuery({ ...meQuery, enabled: false }).data?.is_admin ?? false;
  const factors = useQuery({ ...factorsQuery, enabled: isAdmin }).data;
  const later = useMutation({
    mutationFn: () => api.post("/me/factors/postpone"),
    onSettled: () => queries.invalidateQueries({ queryKey: factorsQuery.queryKey }),
  });
  if (!factors?.wanted) return null;
  const words = t.security.wanted;
  return (
    <Card>
      <SectionTitle>{words.title}</SectionTitle>
      <p className="mb-4 text-muted">{words.text}</p>
      {later.error && <InlineError error={later.error} />}
      <div className="flex flex-wrap gap-2">
        <Link to="/security" className={buttonClasses("primary")}>
          {words.add}
        </Link>
        <Button kind="quiet" onClick={() => later.mutate()} busy={later.isPending}>
          {words.later}
        </Button>
      </div>
    </Card>
  );
}
