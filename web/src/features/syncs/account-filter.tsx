import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "@/api/account-queries";
import { t } from "@/strings";
import { Select } from "@/ui/field";
import { nameOf } from "./run-words";

type Props = { account: string; onAccount: (account: string) => void };

/** Whose runs are shown; of no use to somebody with one account, which isn't known at first. */
export function AccountFilter({ account, onAccount }: Props) {
  const { data, isPending } = useQuery(accountsQuery);
  const accounts = data?.items ?? [];
  if (accounts.length < 2 && !isPending) return null;
  return (
    <Select
      bare
      label={t.syncs.account}
      className="w-46 max-w-full sm:w-60"
      value={account}
      choices={[
        { value: "", label: t.syncs.allAccounts },
        ...accounts.map((one) => ({
          value: one.id,
          label: nameOf({ ...one, account_name: one.name }),
        })),
      ]}
      onChange={(event) => onAccount(event.target.value)}
    />
  );
}
