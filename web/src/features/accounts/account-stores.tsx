import type { AccountCard } from "@/api/types";
import { formatCount, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { type Column, Table } from "@/ui/table";

type Store = AccountCard["stores"][number];

const columns: Column<Store>[] = [
  {
    key: "store",
    title: t.accounts.store,
    cell: (store) => t.common.marketplaces[store.marketplace] ?? store.marketplace,
  },
  {
    key: "titles",
    title: t.accounts.titles,
    right: true,
    cell: (store) => formatCount(store.item_count),
  },
  {
    key: "audible",
    title: t.accounts.byAudible,
    right: true,
    cell: (store) =>
      store.audible_count < 0 ? t.accounts.unknown : formatCount(store.audible_count),
  },
  {
    key: "sync",
    title: t.accounts.lastSync,
    right: true,
    wide: true,
    cell: (store) => (store.last_sync_at ? formatRelative(store.last_sync_at) : t.accounts.never),
  },
];

/** The stores in which the account holds titles: ours beside Audible's count. */
export function AccountStores({ name, stores }: { name: string; stores: readonly Store[] }) {
  const held = stores.filter((one) => one.item_count > 0 || one.audible_count > 0);
  if (held.length === 0) return null;
  return (
    <div>
      <h3 className="mb-2 font-semibold text-lg">{t.accounts.stores}</h3>
      <Table
        label={t.accounts.storesOf(name)}
        columns={columns}
        rows={held}
        rowKey={(store) => store.marketplace}
      />
    </div>
  );
}
