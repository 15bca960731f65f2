export const syncs = {
  title: "Sync runs",
};
