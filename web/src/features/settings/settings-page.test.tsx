import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Preferences } from "@/api/types";
import { openAt, Status } from "@/test/recorded";
import { me } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const preferences: Preferences = {
  language: "english",
  marketplace: "us",
  notifications_enabled: true,
  household_shelf: false,
  limits: [{ marketplace: "us", max_price: { minor: 1266, currency: "USD" } }],
};
const recorded = {
  "GET /preferences": preferences,
  "PUT /preferences": (call: { body: unknown }) => call.body,
};

fourStates({
  address: "/settings",
  call: "GET /preferences",
  full: { recorded, words: "Language to listen in" },
});

it("saves a limit when its field is left, and no other text as one", async () => {
  const { calls } = openAt("/settings", recorded);
  const field = await screen.findByLabelText("In United States");
  expect(field).toHaveValue("12.66");
  await userEvent.clear(field);
  await userEvent.type(field, "cheap");
  await userEvent.tab();
  expect(screen.getByRole("alert")).toHaveTextContent("An amount such as 12.66");
  await userEvent.clear(field);
  await userEvent.type(field, "9,5{Enter}");
  await waitFor(() => expect(screen.getByText("Saved")).toBeInTheDocument());
  await userEvent.type(screen.getByLabelText("In United States"), "x{Enter}");
  expect(screen.getByRole("alert")).toHaveTextContent("An amount such as 12.66");
  expect(screen.queryByText("Saved")).not.toBeInTheDocument();
  expect(calls.filter((call) => call.method === "PUT").map((call) => call.body)).toEqual([
    { ...preferences, limits: [{ marketplace: "us", max_price: { minor: 950, currency: "USD" } }] },
  ]);
});

it("takes a change back that the server refuses", async () => {
  openAt("/settings", {
    ...recorded,
    "PUT /preferences": new Status(422, { code: "invalid", detail: "No such store." }),
  });
  const store = await screen.findByLabelText("Preferred store");
  await userEvent.selectOptions(store, "de");
  expect(await screen.findByRole("alert")).toHaveTextContent("No such store.");
  expect(screen.getByLabelText("Preferred store")).toHaveValue("us");
});

it("changes the name", async () => {
  openAt("/settings", { ...recorded, "PATCH /me": { ...me, name: "Kimberly" } });
  const field = await screen.findByLabelText("Name");
  await userEvent.type(field, "berly");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
  expect(screen.getByText("Kimberly")).toBeInTheDocument();
});

it("does without a name, as the first form does", async () => {
  const { calls } = openAt("/settings", { ...recorded, "PATCH /me": { ...me, name: "" } });
  await userEvent.clear(await screen.findByLabelText("Name"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
  expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ name: "" });
});

it("takes part in the household's shelf only when asked to", async () => {
  const { calls } = openAt("/settings", recorded);
  const choice = await screen.findByLabelText("Take part in the household's shelf");
  expect(choice).not.toBeChecked();
  await userEvent.click(choice);
  await waitFor(() => expect(screen.getByText("Saved")).toBeInTheDocument());
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
    ...preferences,
    household_shelf: true,
  });
});

it("deletes the account only after being sure", async () => {
  const { calls } = openAt("/settings", {
    ...recorded,
    "DELETE /me": { devices_left: 0 },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Delete my account" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete your account?" });
  const leave = within(dialog).getByRole("button", { name: "Delete my account" });
  expect(leave).toBeDisabled();
  await userEvent.click(within(dialog).getByLabelText("I know that this can't be taken back"));
  await userEvent.click(leave);
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeInTheDocument();
  expect(calls.filter((call) => call.method === "DELETE")).toHaveLength(1);
});
