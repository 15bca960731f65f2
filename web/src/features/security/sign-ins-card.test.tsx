import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { WaysIn } from "@/api/types";
import { expectAccessible } from "@/test/app";
import { openAt, Status } from "@/test/recorded";
import { activity, factors, me, server, sessions } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const ways: WaysIn = {
  has_password: true,
  identities: [
    {
      id: "i1",
      provider: "Home",
      slot: "oidc",
      label: "kim@example.org",
      added_at: "2026-02-01T10:00:00Z",
    },
    {
      id: "i2",
      provider: "https://old.example",
      label: "Kim",
      added_at: "2026-01-01T10:00:00Z",
    },
  ],
};
const recorded = {
  "GET /sessions": sessions,
  "GET /activity": activity,
  "GET /me/factors": factors,
  "GET /me/ways-in": ways,
  "GET /server": { ...server, providers: [{ slot: "oidc", name: "Home", asks_again: true }] },
};
const none = { ...recorded, "GET /me/ways-in": { has_password: true, identities: [] } };
const stepUp = new Status(403, { code: "step_up_required" });

fourStates({
  address: "/security",
  call: "GET /me/ways-in",
  empty: { recorded: none, words: /An account elsewhere/ },
  full: { recorded, words: /Home: kim@example.org/ },
});

it("links another account, confirmed at a provider that is linked", async () => {
  const assign = vi.fn();
  vi.stubGlobal("location", { ...window.location, assign });
  const { calls } = openAt("/security", {
    ...recorded,
    "POST /me/identities": stepUp,
    "POST /session/step-up/provider": { location: "https://id.example/authorize" },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Link Home" }));
  const confirm = await screen.findByRole("button", { name: "Confirm at Home" });
  await expectAccessible();
  await userEvent.click(confirm);
  await waitFor(() => expect(assign).toHaveBeenCalledWith("https://id.example/authorize"));
  expect(calls.at(-1)?.body).toEqual({ provider: "oidc" });
  expect(sessionStorage.getItem("audipy.return")).toBe("/security");
  vi.unstubAllGlobals();
});

it("unlinks one, and says when it is the last way in", async () => {
  let answer: unknown = new Status(409, {
    code: "last_way_in",
    detail: "This is your last way in.",
  });
  openAt("/security", { ...recorded, "DELETE /me/identities/i1": () => answer });
  expect(await screen.findByText("Not offered any more")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Unlink kim@example.org at Home" }));
  const dialog = await screen.findByRole("dialog");
  await expectAccessible();
  await userEvent.click(within(dialog).getByRole("button", { name: "Unlink" }));
  expect(await within(dialog).findByText(/last way in/)).toBeVisible();
  answer = new Status(204);
  await userEvent.click(within(dialog).getByRole("button", { name: "Unlink" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("lets somebody without a password set one", async () => {
  const { calls } = openAt("/security", {
    ...recorded,
    "GET /me/ways-in": { ...ways, has_password: false },
    "PUT /me/password": me,
  });
  expect(await screen.findByText(/You have none/)).toBeVisible();
  expect(screen.queryByLabelText("Current password")).toBeNull();
  await userEvent.type(screen.getByLabelText("New password"), "a sentence of words{Enter}");
  await waitFor(() => expect(calls.some((call) => call.method === "PUT")).toBe(true));
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
    current: "",
    next: "a sentence of words",
  });
});
