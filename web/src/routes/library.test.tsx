import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { type Answers, expectAccessible, ok, open, problem, signedIn } from "@/test/app";

const titles = Array.from({ length: 700 }, (_, place) => ({
  asin: `B${String(place).padStart(9, "0")}`,
  marketplace: "us",
  account_id: "a1",
  title: `Title ${place}`,
  authors: [{ name: "Ursula Lindqvist" }],
  narrators: [{ name: "Émile Zola" }],
  series: [],
  language: "english",
  runtime_minutes: 605,
  added_at: "2026-01-01T00:00:00Z",
  finished: place === 1,
  percent_complete: 0,
  plus: false,
  status: "active",
}));
const facets = {
  total: 700,
  total_minutes: 423_500,
  finished: 1,
  languages: [
    { value: "english", count: 600 },
    { value: "german", count: 100 },
  ],
  accounts: [{ id: "a1", name: "Robin", marketplace: "us", count: 700 }],
  marketplaces: [{ value: "us", count: 700 }],
  authors: [],
  narrators: [],
  series: [],
};

function page(query: URLSearchParams) {
  if (query.get("search") === "nothing") return ok({ items: [], total: 0, revision: "1" });
  const from = Number(query.get("cursor") ?? 0);
  const to = from + Number(query.get("limit"));
  const next = to < titles.length ? String(to) : undefined;
  return ok({ items: titles.slice(from, to), next, total: titles.length, revision: "1" });
}
const full: Answers = {
  ...signedIn,
  "GET /library": page,
  "GET /library/facets": () => ok(facets),
};
const empty: Answers = {
  ...signedIn,
  "GET /library": () => ok({ items: [], total: 0, revision: "1" }),
  "GET /library/facets": () => ok({ ...facets, total: 0, total_minutes: 0, languages: [] }),
};

/** The name below a cover; the drawn cover before it has the name too. */
async function cover(name: string) {
  const [, below] = await screen.findAllByText(name);
  return below;
}

test("the library shows counts and hours, and draws only what is near", async () => {
  open("/library", full);
  expect(await screen.findByText("700 titles · 7,058 h · 1 finished")).toBeVisible();
  await cover("Title 0");
  const covers = document.querySelectorAll("li[aria-posinset]");
  expect(covers.length).toBeGreaterThan(5);
  expect(covers.length).toBeLessThan(100);
  expect(covers[0]).toHaveAttribute("aria-setsize", "700");
  await expectAccessible();
});

test("a search acts while one types and stands in the address", async () => {
  const { router } = open("/library", full);
  await cover("Title 0");
  await userEvent.keyboard("/");
  const field = screen.getByRole("searchbox");
  await waitFor(() => expect(field).toHaveFocus());
  await userEvent.type(field, "nothing");
  expect(await screen.findByText("No title matches")).toBeVisible();
  expect(router.state.location.search).toEqual({ search: "nothing" });
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Clear all filters" }));
  expect(await cover("Title 0")).toBeVisible();
  expect(field).toHaveValue("");
});

test("filters, order and view come from the address and are said", async () => {
  const { requests } = open(
    "/library?view=table&language=german&sort=longest&min_minutes=600",
    full,
  );
  expect(await screen.findByRole("button", { name: /Language: German/ })).toBeVisible();
  expect(screen.getByRole("button", { name: /Length: At least 10 h/ })).toBeVisible();
  expect(screen.getByRole("button", { name: "Table" })).toHaveAttribute("aria-pressed", "true");
  expect(requests).toContainEqual(
    expect.stringMatching(
      /GET \/library\?(?=.*language=german)(?=.*sort=longest)(?=.*min_minutes=600)/,
    ),
  );
  await expectAccessible();
});

test("arrows move from title to title", async () => {
  open("/library", full);
  await cover("Title 0");
  await userEvent.keyboard("/");
  await waitFor(() => expect(screen.getByRole("searchbox")).toHaveFocus());
  await userEvent.keyboard("{ArrowDown}{ArrowRight}");
  await waitFor(() => expect(document.activeElement).toHaveTextContent("Title 1"));
});

test("an empty library says why and what to do", async () => {
  open("/library", empty);
  expect(await screen.findByText("Your shelf is empty")).toBeVisible();
  expect(screen.getByRole("link", { name: "Link an Audible account" })).toBeVisible();
  await expectAccessible();
});

test("a library whose first sync runs shows how far it is", async () => {
  const running = { done: 320, total: 1000 };
  open("/library", {
    ...empty,
    "GET /accounts": () => ok({ items: [{ id: "a1", name: "Robin", state: "healthy", running }] }),
  });
  expect(await screen.findByText("320 of 1,000 titles")).toBeVisible();
  expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "32");
});

test("a library that fails offers to try again, and then shows", async () => {
  let fails = true;
  open("/library", {
    ...full,
    "GET /library": (query) => (fails ? problem(503, "busy", { request_id: "r-1" }) : page(query)),
  });
  expect(await screen.findByText("The library can't be shown")).toBeVisible();
  expect(screen.getByText("Request r-1")).toBeVisible();
  await expectAccessible();
  fails = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await cover("Title 0")).toBeVisible();
});

test("a library that takes long shows skeletons in its shape", async () => {
  open("/library", { ...full, "GET /library": () => "never" });
  expect(await screen.findByText("Loading")).toBeInTheDocument();
  await expectAccessible();
});
