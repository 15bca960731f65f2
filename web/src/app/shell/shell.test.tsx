import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { type Answers, expectAccessible, ok, open, problem, signedIn } from "@/test/app";

const empty: Answers = {
  ...signedIn,
  "GET /library": () => ok({ items: [], total: 0 }),
  "DELETE /session": () => ({ status: 204 }),
};

test("keys lead to pages, and the page's name gets the focus", async () => {
  const { router } = open("/", empty);
  await screen.findByRole("heading", { name: "Hello, Robin" });
  await userEvent.keyboard("gl");
  await waitFor(() => expect(router.state.location.pathname).toBe("/library"));
  await screen.findByRole("heading", { name: "Library" });
  await userEvent.keyboard("gh");
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
});

test("? lists the keys, and keys rest while the list is open", async () => {
  const { router } = open("/", empty);
  await screen.findByRole("heading", { name: "Hello, Robin" });
  await userEvent.keyboard("?");
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("Go to Library");
  await userEvent.keyboard("gl");
  expect(router.state.location.pathname).toBe("/");
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("signing out leaves nothing of the person in the page", async () => {
  const { router, queryClient } = open("/library", empty);
  await screen.findByText("Your shelf is empty");
  const [button] = screen.getAllByRole("button", { name: "Sign out" });
  if (button) await userEvent.click(button);
  await waitFor(() => expect(router.state.location.pathname).toBe("/sign-in"));
  const left = queryClient.getQueryCache().findAll({ predicate: (q) => Boolean(q.state.data) });
  expect(left.map((query) => query.queryKey)).toEqual([["server"]]);
});

test("a session that ended elsewhere leads to signing in, and back", async () => {
  let over = false;
  const { router, queryClient } = open("/library", {
    ...empty,
    "GET /library": () => (over ? problem(401, "unauthorized") : ok({ items: [], total: 0 })),
  });
  await screen.findByText("Your shelf is empty");
  over = true;
  await queryClient.invalidateQueries({ queryKey: ["library"] });
  await waitFor(() => expect(router.state.location.pathname).toBe("/sign-in"));
  expect(router.state.location.search).toEqual({ next: "/library" });
});

test("an address that leads nowhere says so", async () => {
  open("/nowhere", empty);
  expect(await screen.findByText("No such page")).toBeVisible();
  await expectAccessible();
});

test("a server that doesn't answer is told, with a way to try again", async () => {
  open("/", { ...empty, "GET /server": () => problem(503, "unavailable") });
  expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
});
