export const linking = {
  title: "Link an account",
};
