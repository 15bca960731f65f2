import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { expectAccessible } from "@/test/app";
import { openAt, type Recorded, Status } from "@/test/recorded";
import { me } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const kim = {
  id: "u1",
  email: "kim@example.org",
  name: "Kim",
  role: "admin",
  state: "active",
  since: "2026-03-01T10:00:00Z",
};
const robin = { ...kim, id: "u2", email: "robin@example.org", name: "Robin", role: "member" };
const invite = {
  id: "i1",
  email: "lee@example.org",
  created_at: "2026-03-10T10:00:00Z",
  expires_at: "2026-03-11T10:00:00Z",
};
const full: Recorded = {
  "GET /admin/people": { items: [kim, robin] },
  "GET /admin/invites": { items: [invite] },
};

fourStates({
  address: "/people",
  call: "GET /admin/people",
  empty: {
    recorded: { "GET /admin/people": { items: [kim] }, "GET /admin/invites": { items: [] } },
    words: "Nobody else is here yet. An invite is a link, good for one person and a day.",
  },
  full: { recorded: full, words: "Robin" },
});

it("asks nothing for somebody who isn't an administrator", async () => {
  const { calls } = openAt("/people", { "GET /me": { ...me, is_admin: false } });
  expect(await screen.findByText("For administrators")).toBeInTheDocument();
  expect(calls.some((call) => call.path.startsWith("/admin"))).toBe(false);
});

it("makes an invite after the password and shows its link once, as a code too", async () => {
  let steppedUp = false;
  const { calls } = openAt("/people", {
    ...full,
    "POST /admin/invites": () =>
      steppedUp
        ? { ...invite, path: "/register#AAAAAAAAAAAAAAAAAAAAAA" }
        : new Status(403, { code: "step_up_required" }),
    "POST /session/step-up": () => {
      steppedUp = true;
      return me;
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Invite somebody" }));
  await userEvent.type(await screen.findByLabelText("E-mail"), "lee@example.org");
  await userEvent.click(screen.getByRole("button", { name: "Make the link" }));
  await userEvent.type(await screen.findByLabelText("Password"), "a sentence of words{Enter}");
  expect(await screen.findByText(/\/register#AAAAAAAAAAAAAAAAAAAAAA$/)).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "The link as a QR code" })).toBeInTheDocument();
  expect(
    calls.filter((call) => call.path === "/admin/invites" && call.method === "POST")[1]?.body,
  ).toEqual({
    email: "lee@example.org",
  });
  await expectAccessible();
});

it("asks before it keeps somebody out, and says when the server refuses", async () => {
  const { calls } = openAt("/people", {
    ...full,
    "PATCH /admin/people/u2": new Status(409, {
      code: "last_administrator",
      detail: "This is the last administrator.",
    }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "What to do about Robin" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Keep out" }));
  const dialog = await screen.findByRole("dialog", { name: "Keep Robin out?" });
  expect(calls.some((call) => call.method === "PATCH")).toBe(false);
  await userEvent.click(within(dialog).getByRole("button", { name: "Keep out" }));
  expect(await within(dialog).findByRole("alert")).toHaveTextContent("last administrator");
  expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ state: "disabled" });
});

it("deletes somebody after asking, and shows what keeps them", async () => {
  const { calls } = openAt("/people", {
    ...full,
    "GET /admin/people": () => ({
      items: calls.some((call) => call.method === "DELETE")
        ? [
            kim,
            {
              ...robin,
              name: undefined,
              email: "",
              state: "leaving",
              leaving: { since: "2026-03-10T10:00:00Z", devices: 1, attempts: 2 },
            },
          ]
        : [kim, robin],
    }),
    "DELETE /admin/people/u2": { devices_left: 1 },
  });
  await userEvent.click(await screen.findByRole("button", { name: "What to do about Robin" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete Robin?" });
  await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("Being deleted")).toBeInTheDocument();
  expect(screen.getByText("One device to sign out at Amazon · 2 tries")).toBeInTheDocument();
});

it("lets nobody act on themselves", async () => {
  openAt("/people", full);
  await screen.findByText("Robin");
  expect(screen.queryByRole("button", { name: "What to do about Kim" })).toBeNull();
});

it("takes an invite back", async () => {
  const { calls } = openAt("/people", { ...full, "DELETE /admin/invites/i1": new Status(204) });
  await userEvent.click(
    await screen.findByRole("button", { name: "Take back the invite for lee@example.org" }),
  );
  await waitFor(() => expect(calls.some((call) => call.method === "DELETE")).toBe(true));
});
