import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openAt } from "@/test/recorded";
import { lanterns, shelf } from "@/test/recorded/titles";
import { fourStates } from "@/test/states";

fourStates({
  address: "/series",
  call: "GET /series",
  empty: { recorded: { "GET /series": { items: [], revision: "1" } }, words: "No series yet" },
  full: { recorded: { "GET /series": shelf }, words: "2 series, 1 complete, 2 volumes missing." },
});

it("reads its filter from the address, and leads out of a search that finds nothing", async () => {
  openAt("/series?search=winter&show=missing", { "GET /series": shelf });
  const all = await screen.findByRole("button", { name: "Show all series" });
  expect(screen.getByRole("searchbox")).toHaveValue("winter");
  expect(screen.getByLabelText("Show")).toHaveValue("missing");
  await userEvent.click(all);
  expect(screen.getByRole("searchbox")).toHaveValue("");
});

it("shows one series with every volume in order and how one stands to it", async () => {
  openAt("/series/us-S1", { "GET /series/us-S1": lanterns });
  const volumes = within(await screen.findByRole("list", { name: "Volumes" })).getAllByRole(
    "listitem",
  );
  expect(volumes.map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^1.*WickYours|1.*Wick.*Yours/),
    expect.stringMatching(/2.*Oil.*2 editions in the store.*Missing/),
    expect.stringMatching(/2\.5.*not looked up yet.*not in your language.*Missing/),
    expect.stringMatching(/3.*Glass.*Out 5 Jan 2027.*Announced/),
  ]);
  expect(screen.getByRole("link", { name: "Oil" })).toHaveAttribute("href", "/books/us/B2");
  await userEvent.click(screen.getByRole("checkbox"));
  expect(screen.queryByRole("link", { name: "Wick" })).not.toBeInTheDocument();
});

it("doesn't say of an announced volume that it is no longer sold", async () => {
  const volumes = lanterns.volumes.map((volume) => ({ ...volume, hidden: "unbuyable" as const }));
  openAt("/series/us-S1", { "GET /series/us-S1": { ...lanterns, volumes } });
  const rows = within(await screen.findByRole("list", { name: "Volumes" }));
  const glass = rows.getByRole("link", { name: "Glass" }).closest("li");
  expect(glass).toHaveTextContent("Out 5 Jan 2027");
  expect(glass).not.toHaveTextContent("no longer sold");
  expect(rows.getByRole("link", { name: "Oil" }).closest("li")).toHaveTextContent("no longer sold");
});
