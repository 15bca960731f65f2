export const next = {
  title: "Next",
};
