import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { type Answers, expectAccessible, ok, open, problem, signedIn } from "@/test/app";

const account = {
  id: "a1",
  name: "Robin at Audible",
  marketplace: "de",
  state: "healthy",
  last_sync_at: new Date(Date.now() - 3_600_000).toISOString(),
};
const title = {
  asin: "B00TITLE01",
  marketplace: "de",
  account_id: "a1",
  title: "<b>The Salt Road</b>",
  authors: [{ name: "Ursula Lindqvist" }],
  finished: true,
  percent_complete: 100,
  plus: false,
};
const suggestion = {
  product: { ...title, asin: "B00NEXT001", title: "The Glass Tide" },
  kind: "next_volume",
  reasons: ["Next in The Tide Cycle"],
  series: "The Tide Cycle",
  number: "5",
  price: { verdict: "cash", reason: "", pay: { minor: 795, currency: "EUR" } },
  score: 1,
};
const full: Answers = {
  ...signedIn,
  "GET /accounts": () => ok({ items: [account] }),
  "GET /suggestions": () => ok({ items: [suggestion], upcoming: [], total: 1 }),
  "GET /library": () => ok({ items: [title], total: 1 }),
  "GET /library/timeline": () => ok({ months: [{ month: "2026-10", added: 3, total: 20 }] }),
  "GET /listening/timeline": () => ok({ months: [{ month: "2026-10", minutes: 600 }] }),
};

test("home says that the link works, what is next and what is new", async () => {
  open("/", full);
  expect(await screen.findByText("Your link works")).toBeVisible();
  expect(screen.getByText("Robin at Audible: synced 1 hour ago")).toBeVisible();
  expect(screen.getByRole("link", { name: "The Glass Tide" })).toBeVisible();
  expect(screen.getByText("€7.95")).toBeVisible();
  // Titles are text, whatever they look like.
  expect(screen.getAllByText("<b>The Salt Road</b>")).toHaveLength(2);
  expect(document.title).toBe("Home · AudiPy");
  await expectAccessible();
});

test("home without an account leads to linking one and asks for nothing else", async () => {
  open("/", { ...full, "GET /accounts": () => ok({ items: [] }) });
  expect(await screen.findByRole("link", { name: "Link an Audible account" })).toBeVisible();
  expect(screen.queryByText("New in your library")).toBeNull();
  await expectAccessible();
});

test("home shows skeletons while the server thinks", async () => {
  open("/", { ...full, "GET /accounts": () => "never", "GET /library": () => "never" });
  expect(await screen.findAllByText("Loading")).not.toHaveLength(0);
  expect(screen.getByRole("heading", { name: "Hello, Robin" })).toBeVisible();
  await expectAccessible();
});

test("home keeps what works when a part of it fails", async () => {
  open("/", {
    ...full,
    "GET /suggestions": () => problem(503, "unavailable", { detail: "The database is away." }),
  });
  expect(await screen.findByText("The suggestions can't be shown")).toBeVisible();
  expect(screen.getByText(/The database is away\. If trying again/)).toBeVisible();
  expect(screen.getByText("Your link works")).toBeVisible();
  await expectAccessible();
});

test("a dead link stands above everything, with its reason and the way out", async () => {
  const dead = { ...account, state: "needs_sign_in", state_reason: "Amazon refused the link." };
  open("/", { ...full, "GET /accounts": () => ok({ items: [dead] }) });
  expect(await screen.findByRole("alert")).toHaveTextContent("Amazon refused the link.");
  expect(screen.getByRole("link", { name: "Put it right" })).toHaveAttribute("href", "/accounts");
});
