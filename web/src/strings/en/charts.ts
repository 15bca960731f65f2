/** What every chart says beside its figures. */
export const charts = {
  asTable: "Show as a table",
  day: "Day",
  month: "Month",
  price: "Price",
  limit: "your limit",
};
