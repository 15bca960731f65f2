import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Events, openAt } from "@/test/recorded";
import { healthy, run, running } from "@/test/recorded/accounts";
import { fourStates } from "@/test/states";

const accounts = { "GET /accounts": { items: [healthy] } };

fourStates({
  address: "/sync-runs",
  call: "GET /sync-runs",
  empty: { recorded: { ...accounts, "GET /sync-runs": { items: [] } }, words: "No sync yet" },
  full: { recorded: { ...accounts, "GET /sync-runs": { items: [run] } }, words: "3 new, 1 gone" },
});

it("follows a run as the server reports it", async () => {
  openAt("/sync-runs", { ...accounts, "GET /sync-runs": { items: [running] } });
  expect(await screen.findByText("250 of 1,000 titles")).toBeInTheDocument();
  act(() => Events.last?.send("sync", { ...running, done: 800 }));
  expect(await screen.findByText("800 of 1,000 titles")).toBeInTheDocument();
  act(() => Events.last?.send("sync", { ...running, state: "done", added: 12 }));
  expect(await screen.findByText("12 new")).toBeInTheDocument();
  expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
});

it("opens a run onto its receipt and what changed", async () => {
  openAt("/sync-runs", {
    ...accounts,
    "GET /sync-runs": { items: [{ ...run, warning: "Audible lists one title less." }] },
    "GET /sync-runs/r1": { ...run, changes: [{ asin: "B2", title: "<b>Oil</b>", kind: "added" }] },
  });
  await userEvent.click(await screen.findByRole("button", { name: /3 new, 1 gone/ }));
  expect(
    screen.getByText(/717 here, 718 by Audible's count · took 4 secs · 2 calls/),
  ).toBeInTheDocument();
  expect(screen.getByText("Audible lists one title less.")).toBeInTheDocument();
  const changes = await screen.findByRole("region", { name: "What changed" });
  expect(within(changes).getByRole("link", { name: "<b>Oil</b>" })).toHaveAttribute(
    "href",
    "/books/us/B2",
  );
});

it("says when it no longer hears from the server", async () => {
  openAt("/sync-runs", { ...accounts, "GET /sync-runs": { items: [run] } });
  await screen.findByText("3 new, 1 gone");
  act(() => void Events.last?.dispatchEvent(new Event("error")));
  expect(await screen.findByText("Connection lost; trying again…")).toBeInTheDocument();
});
