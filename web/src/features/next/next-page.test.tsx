import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openAt, Status } from "@/test/recorded";
import { noSuggestions, suggestions } from "@/test/recorded/titles";
import { fourStates } from "@/test/states";

fourStates({
  address: "/next",
  call: "GET /suggestions",
  empty: { recorded: { "GET /suggestions": noSuggestions }, words: "Nothing to suggest yet" },
  full: { recorded: { "GET /suggestions": suggestions }, words: "It is the next one you lack." },
});

it("says how to pay, and the lowest price that was seen", async () => {
  openAt("/next", { "GET /suggestions": suggestions });
  expect(await screen.findByText("Pay cash")).toBeInTheDocument();
  expect(screen.getByText("$7.49")).toBeInTheDocument();
  expect(screen.getByText("Lowest seen $5.99, 3 Jan 2026")).toBeInTheDocument();
  expect(screen.getAllByText("Volume 2 of The Lantern Keepers")[0]).toBeInTheDocument();
});

it("sets announced titles and hidden ones apart", async () => {
  openAt("/next", { "GET /suggestions": suggestions });
  expect(await screen.findByText("5 Jan 2027")).toBeInTheDocument();
  expect(screen.getByText("Not in your language").nextSibling).toHaveTextContent("8");
});

it("takes a dismissed title away at once, and brings it back", async () => {
  let dismissed = false;
  const { calls } = openAt("/next", {
    "GET /suggestions": () => (dismissed ? noSuggestions : suggestions),
    "PUT /marks/us/B2": () => {
      dismissed = true;
      return new Status(204);
    },
    "DELETE /marks/us/B2": () => {
      dismissed = false;
      return new Status(204);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Not for me: Oil" }));
  expect(await screen.findByText("“Oil” won't be suggested again.")).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByText("Pay cash")).not.toBeInTheDocument());
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({});

  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(await screen.findByText("Pay cash")).toBeInTheDocument();
  expect(screen.queryByText(/won't be suggested/)).not.toBeInTheDocument();
});

it("puts a title off until a day", async () => {
  const { calls } = openAt("/next", {
    "GET /suggestions": suggestions,
    "PUT /marks/us/B2": new Status(204),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Later" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "In a month" }));
  expect(await screen.findByText(/“Oil” comes back/)).toBeInTheDocument();
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
    until: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

it("counts a title as owned that the person has elsewhere", async () => {
  const { calls } = openAt("/next", {
    "GET /suggestions": suggestions,
    "PUT /marks/us/B2": new Status(204),
  });
  await userEvent.click(
    await screen.findByRole("button", { name: "I have it outside of Audible: Oil" }),
  );
  expect(await screen.findByText("“Oil” counts as yours.")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({ elsewhere: true });
});

it("says who in the household has a title", async () => {
  const [first] = suggestions.items;
  const household = [
    { name: "Noor", marketplace: "de" },
    { name: "", marketplace: "us" },
  ];
  openAt("/next", { "GET /suggestions": { ...suggestions, items: [{ ...first, household }] } });
  expect(await screen.findByText("Noor has it (Germany)")).toBeInTheDocument();
  expect(screen.getByText("Somebody in your household has it (United States)")).toBeInTheDocument();
});
