import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openAt, Status } from "@/test/recorded";
import { activity, me, sessions } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const recorded = { "GET /sessions": sessions, "GET /activity": activity };

fourStates({
  address: "/security",
  call: "GET /sessions",
  empty: { recorded: { ...recorded, "GET /activity": { items: [] } }, words: "Nothing yet." },
  full: { recorded, words: "Firefox, Linux" },
});

it("marks the session in use and ends another", async () => {
  const { calls } = openAt("/security", { ...recorded, "DELETE /sessions/s2": new Status(204) });
  const ended = await screen.findByRole("button", { name: "End the session on Firefox, Linux" });
  expect(screen.getByText("This one").parentElement).toHaveTextContent("Unknown device");
  await userEvent.click(ended);
  await waitFor(() => expect(calls.some((call) => call.path === "/sessions/s2")).toBe(true));
});

it("tells the person's trail in words", async () => {
  openAt("/security", recorded);
  expect(await screen.findByText("Sign-in refused")).toBeInTheDocument();
  expect(screen.getByText("Library synced")).toHaveTextContent("added 3");
});

it("changes the password, and says which half was wrong only of the current one", async () => {
  let answer: unknown = new Status(401, { code: "invalid_credentials", title: "No" });
  const { calls } = openAt("/security", { ...recorded, "PUT /me/password": () => answer });
  await userEvent.type(await screen.findByLabelText("Current password"), "what it was before");
  await userEvent.type(screen.getByLabelText("New password"), "too short");
  const change = screen.getByRole("button", { name: "Change password" });
  await userEvent.click(change);
  expect(screen.getByRole("alert")).toHaveTextContent("At least 15 characters.");
  await userEvent.type(screen.getByLabelText("New password"), " no longer");
  await userEvent.click(change);
  expect(await screen.findByText("That isn't your current password.")).toBeInTheDocument();
  answer = me;
  await userEvent.click(change);
  expect(await screen.findByText(/Every other session is signed out/)).toBeInTheDocument();
  expect(calls.findLast((call) => call.method === "PUT")?.body).toEqual({
    current: "what it was before",
    next: "too short no longer",
  });
});

it("signs out everywhere after asking", async () => {
  openAt("/security", { ...recorded, "POST /sessions/end-all": new Status(204) });
  await userEvent.click(await screen.findByRole("button", { name: "Sign out everywhere" }));
  const buttons = await screen.findAllByRole("button", { name: "Sign out everywhere" });
  await userEvent.click(buttons.at(-1) as HTMLElement);
  expect(await screen.findByLabelText("E-mail")).toBeInTheDocument();
});
