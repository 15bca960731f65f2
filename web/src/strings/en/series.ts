export const series = {
  title: "Series",
};
