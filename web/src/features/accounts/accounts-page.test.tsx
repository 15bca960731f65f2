import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openAt, Status } from "@/test/recorded";
import { dead, healthy, pending, running } from "@/test/recorded/accounts";
import { me } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const one = { items: [healthy] };

fourStates({
  address: "/accounts",
  call: "GET /accounts",
  empty: { recorded: { "GET /accounts": { items: [] } }, words: "No account is linked yet" },
  full: { recorded: { "GET /accounts": one }, words: "1 sign-in, then 163 renewals without you" },
});

it("tells the ten facts of a link", async () => {
  openAt("/accounts", { "GET /accounts": one });
  const card = await screen.findByRole("region", { name: /^Kim,/ });
  const names = within(card)
    .getAllByRole("term")
    .map((term) => term.textContent);
  expect(names).toEqual([
    "Device at Amazon",
    "Linked",
    "Access token from",
    "Valid until",
    "Last renewal",
    "Next renewal",
    "Sign-ins so far",
    "What keeps it alive",
    "Next time it needs you",
    "Last trouble",
    "Calls left today",
  ]);
});

it("renews by hand and says what happened", async () => {
  openAt("/accounts", {
    "GET /accounts": one,
    "POST /accounts/a1/renew": {
      result: "outage",
      text: "Amazon answered 503.",
      card: { ...healthy, state: "degraded", state_reason: "Amazon can't be reached." },
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Renew now" }));
  expect(await screen.findByText(/Amazon answered 503/)).toHaveTextContent(
    "Amazon can't be reached.",
  );
  expect(screen.getByText("Struggling")).toBeInTheDocument();
});

it("keeps a password only for somebody who says so, and deletes it again", async () => {
  const kept = {
    ...healthy,
    stored_sign_in: { repairing: false, password_at: "2026-03-01T10:00:00Z" },
  };
  const { calls } = openAt("/accounts", {
    "GET /accounts": { items: [{ ...healthy, stored_sign_in: { repairing: false } }] },
    "PUT /accounts/a1/stored-password": kept,
    "DELETE /accounts/a1/stored-password": { ...healthy, stored_sign_in: { repairing: false } },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Keep the password" }));
  const dialog = await screen.findByRole("dialog");
  await userEvent.type(within(dialog).getByLabelText(/^E-mail/), "kim@example.com");
  await userEvent.type(within(dialog).getByLabelText("Password at Amazon"), "a made-up password");
  expect(within(dialog).getByRole("button", { name: "Keep it" })).toBeDisabled();
  await userEvent.click(within(dialog).getByRole("checkbox"));
  await userEvent.click(within(dialog).getByRole("button", { name: "Keep it" }));
  expect(await screen.findByRole("button", { name: "Keep the seed" })).toBeInTheDocument();
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
    login: "kim@example.com",
    password: "a made-up password",
    understood: true,
  });
  await userEvent.click(screen.getByRole("button", { name: "Delete login, password and seed" }));
  expect(await screen.findByRole("button", { name: "Keep the password" })).toBeInTheDocument();
});

it("says nothing of a stored password where the operator does not offer it", async () => {
  openAt("/accounts", { "GET /accounts": one });
  await screen.findByRole("region", { name: /^Kim,/ });
  expect(screen.queryByText("Your sign-in at Amazon")).not.toBeInTheDocument();
});

it("starts a new sign-in for a dead link with one press", async () => {
  const { calls } = openAt("/accounts", {
    "GET /accounts": { items: [dead] },
    "POST /account-links": new Status(201, pending),
    "GET /account-links/l1": pending,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Sign in again" }));
  expect(await screen.findByText("Your Amazon account")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({
    door: "relay",
    marketplace: "de",
  });
});

it("shows the other doors when the first one is shut", async () => {
  openAt("/accounts", {
    "GET /accounts": { items: [dead] },
    "POST /account-links": new Status(409, {
      code: "relay_unavailable",
      detail: "There is no second address.",
    }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Sign in again" }));
  expect(await screen.findByText("How do you want to sign in?")).toBeInTheDocument();
  expect(screen.getByRole("alert")).toHaveTextContent("There is no second address.");
});

it("asks for the password before it unlinks, and says what became of the device", async () => {
  let confirmed = false;
  const { calls } = openAt("/accounts", {
    "GET /accounts": { items: [{ ...healthy, shared_device: true }] },
    "POST /accounts/a1/unlink": () =>
      confirmed
        ? { deregistered: false, kept: true, retrying: false }
        : new Status(403, { code: "step_up_required", title: "Confirm" }),
    "POST /session/step-up": () => {
      confirmed = true;
      return me;
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Unlink" }));
  const dialog = await screen.findByRole("dialog", { name: "Unlink Kim?" });
  expect(within(dialog).getByLabelText("Also sign the other program out")).not.toBeChecked();
  await userEvent.click(within(dialog).getByLabelText("Forget the library too"));
  await userEvent.click(within(dialog).getByRole("button", { name: "Unlink" }));
  await userEvent.type(await screen.findByLabelText("Password"), "a sentence as password{Enter}");
  expect(
    await screen.findByText(/Kim is unlinked. The shared device stays signed in./),
  ).toBeInTheDocument();
  expect(calls.findLast((call) => call.path === "/accounts/a1/unlink")?.body).toEqual({
    sign_out_shared: false,
    forget_library: true,
  });
});

it("shows a running sync and cancels it", async () => {
  const { calls } = openAt("/accounts", {
    "GET /accounts": { items: [{ ...healthy, running }] },
    "POST /accounts/a1/sync/cancel": new Status(202, {}),
  });
  expect(await screen.findByText("250 of 1,000 titles")).toBeInTheDocument();
  expect(screen.getByRole("progressbar", { name: "Progress" })).toHaveAttribute(
    "aria-valuenow",
    "25",
  );
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() =>
    expect(calls.some((call) => call.path === "/accounts/a1/sync/cancel")).toBe(true),
  );
});

it("says of an ended link what it was, and nothing of keeping it alive", async () => {
  const ended: typeof healthy = {
    ...healthy,
    state: "revoked",
    next_step: "link the account again",
    token: { ...healthy.token, can_refresh: false, can_sign: false },
  };
  const { calls } = openAt("/accounts", {
    "GET /accounts": { items: [ended] },
    "POST /accounts/a1/unlink": { deregistered: false, kept: false, retrying: false },
  });
  const card = await screen.findByRole("region", { name: /^Kim,/ });
  expect(within(card).getByText("Unlinked")).toBeInTheDocument();
  expect(within(card).getByRole("button", { name: "Link again" })).toBeInTheDocument();
  expect(within(card).queryByText(/sign in again/i)).not.toBeInTheDocument();
  expect(within(card).queryByText("What keeps it alive")).not.toBeInTheDocument();
  expect(within(card).queryByRole("button", { name: "Sync now" })).not.toBeInTheDocument();
  await userEvent.click(within(card).getByRole("button", { name: "Forget the library" }));
  const dialog = await screen.findByRole("dialog");
  await userEvent.click(within(dialog).getByRole("button", { name: "Forget the library" }));
  expect(await screen.findByText("The library of Kim is forgotten.")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({
    sign_out_shared: false,
    forget_library: true,
  });
});
