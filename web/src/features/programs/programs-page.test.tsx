import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { expectAccessible } from "@/test/app";
import { openAt, type Recorded, Status } from "@/test/recorded";
import { me } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const scopes = ["library:read", "sync:run", "links:propose"];
const token = {
  id: "t1",
  name: "Backup",
  scopes: ["library:read"],
  created_at: "2026-03-01T10:00:00Z",
  expires_at: "2026-05-30T10:00:00Z",
};
const device = {
  id: "d1",
  client: "audipy-cli",
  name: "Laptop",
  address: "192.0.2.7",
  scopes,
  created_at: "2026-03-01T10:00:00Z",
  last_used_at: "2026-03-02T10:00:00Z",
  idle_until: "2026-04-01T10:00:00Z",
  ends_at: "2026-05-30T10:00:00Z",
};
const request = {
  client: "audipy-cli",
  name: "Laptop",
  address: "192.0.2.7",
  scopes,
  asked_at: "2026-03-10T10:00:00Z",
  expires_at: "2026-03-10T10:10:00Z",
  days: 90,
};
const full: Recorded = { "GET /programs": { tokens: [token], devices: [device], scopes } };

fourStates({
  address: "/programs",
  call: "GET /programs",
  empty: {
    recorded: { "GET /programs": { tokens: [], devices: [], scopes } },
    words: "You have made no token.",
  },
  full: { recorded: full, words: "Backup" },
});

/** Answers like a server that wants the password first. */
function afterStepUp(answer: unknown): Recorded[string][] {
  let steppedUp = false;
  return [
    () => (steppedUp ? answer : new Status(403, { code: "step_up_required" })),
    () => {
      steppedUp = true;
      return me;
    },
  ];
}

it("makes a token after the password, with the least that was chosen, and shows it once", async () => {
  const secret = `audipy_pat_${"x".repeat(36)}`;
  const [make, stepUp] = afterStepUp({ ...token, token: secret });
  const { calls } = openAt("/programs", {
    ...full,
    "POST /api-tokens": make,
    "POST /session/step-up": stepUp,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Make a token" }));
  const dialog = await screen.findByRole("dialog", { name: "A token for a program" });
  await userEvent.type(within(dialog).getByLabelText("Name"), "Backup");
  await userEvent.click(within(dialog).getByLabelText("Begin and cancel syncs"));
  await userEvent.click(within(dialog).getByRole("button", { name: "Make a token" }));
  await userEvent.type(await screen.findByLabelText("Password"), "a sentence of words{Enter}");
  expect(await screen.findByText(secret)).toBeInTheDocument();
  await expectAccessible();
  expect(calls.filter((call) => call.path === "/api-tokens")[1]?.body).toEqual({
    name: "Backup",
    scopes: ["library:read", "sync:run"],
    days: 90,
  });
  await userEvent.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.queryByText(secret)).not.toBeInTheDocument();
});

it("ends a token and shuts a device out", async () => {
  const { calls } = openAt("/programs", {
    ...full,
    "DELETE /api-tokens/t1": new Status(204),
    "DELETE /programs/d1": new Status(204),
  });
  await userEvent.click(await screen.findByRole("button", { name: "End the token Backup" }));
  await userEvent.click(screen.getByRole("button", { name: "Shut Laptop out" }));
  const ended = calls.filter((call) => call.method === "DELETE").map((call) => call.path);
  expect(ended).toEqual(["/api-tokens/t1", "/programs/d1"]);
});

it("fills the code in from the address, approves nothing by it, and lets in after the password", async () => {
  const [find, stepUp] = afterStepUp(request);
  const { calls } = openAt("/device#BCDF-GHJK", {
    "POST /device-requests/find": find,
    "POST /session/step-up": stepUp,
    "POST /device-requests/decide": new Status(204),
  });
  expect(await screen.findByLabelText("Code")).toHaveValue("BCDF-GHJK");
  expect(calls.some((call) => call.path.startsWith("/device-requests"))).toBe(false);
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await userEvent.type(await screen.findByLabelText("Password"), "a sentence of words{Enter}");
  expect(await screen.findByText("192.0.2.7")).toBeInTheDocument();
  expect(screen.getByText("Begin and cancel syncs")).toBeInTheDocument();
  expect(screen.getByText(/for 90 days at most/)).toBeInTheDocument();
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Let it in" }));
  expect(await screen.findByText(/It is let in/)).toBeInTheDocument();
  expect(calls.find((call) => call.path === "/device-requests/decide")?.body).toEqual({
    user_code: "BCDF-GHJK",
    approve: true,
  });
});

it("says what is wrong with a code, and keeps out what nobody wants", async () => {
  let answer: unknown = new Status(400, {
    code: "user_code_invalid",
    detail: "No program waits with this code.",
  });
  const { calls } = openAt("/device", {
    "POST /device-requests/find": () => answer,
    "POST /device-requests/decide": new Status(204),
  });
  await userEvent.type(await screen.findByLabelText("Code"), "bbbb{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("No program waits with this code.");
  answer = request;
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await userEvent.click(await screen.findByRole("button", { name: "Keep it out" }));
  expect(await screen.findByText("It is kept out.")).toBeInTheDocument();
  expect(calls.at(-1)?.body).toEqual({ user_code: "bbbb", approve: false });
});

const proposal = {
  id: "p1",
  status: "pending",
  account_name: "Kim",
  marketplace: "us",
  expires_at: "2026-03-10T10:10:00Z",
  confirm_uri: "https://audipy.example/link-proposals/p1",
  program: "Laptop",
  masked_email: "k…@example.com",
  already_linked: false,
  shared_device: true,
  linked_elsewhere: false,
};

fourStates({
  address: "/link-proposals/p1",
  call: "GET /link-proposals",
  empty: {
    recorded: { "GET /link-proposals": { items: [] } },
    words: "No proposal waits for you.",
  },
  full: { recorded: { "GET /link-proposals": { items: [proposal] } }, words: "k…@example.com" },
});

it("links what was proposed by its name", async () => {
  const { calls } = openAt("/link-proposals/p1", {
    "GET /link-proposals": () => ({
      items: calls.some((call) => call.path.endsWith("/confirm")) ? [] : [proposal],
    }),
    "GET /accounts": { items: [] },
    "POST /link-proposals/p1/confirm": { id: "a1", name: "Kim" },
  });
  await userEvent.type(await screen.findByLabelText(/type its name: Kim/), "Kim{Enter}");
  expect(await screen.findByText("The account is linked.")).toBeInTheDocument();
  expect(calls.find((call) => call.path.endsWith("/confirm"))?.body).toEqual({ name: "Kim" });
});

const described: Recorded = {
  "GET /openapi.json": {
    paths: {
      "/library": {
        get: {
          operationId: "listLibrary",
          summary: "The titles.",
          "x-scope": "library:read",
          parameters: [
            { name: "limit", in: "query", description: "How many.", schema: { type: "integer" } },
          ],
          responses: {
            "200": {
              content: { "application/json": { schema: { $ref: "#/components/schemas/Page" } } },
            },
          },
        },
      },
      "/me": { get: { operationId: "getMe", summary: "Who is signed in." } },
    },
    components: {
      schemas: {
        Page: {
          required: ["items"],
          properties: { items: { type: "array", items: { type: "string" } } },
        },
      },
    },
  },
};

fourStates({
  address: "/api-reference",
  call: "GET /openapi.json",
  full: { recorded: described, words: "The titles." },
});

it("finds an operation and says what it takes, answers and needs", async () => {
  openAt("/api-reference", described);
  await userEvent.type(await screen.findByLabelText("Find an operation"), "libr");
  expect(screen.getByRole("status")).toHaveTextContent("1 operation");
  expect(screen.queryByText("Who is signed in.")).not.toBeInTheDocument();
  await userEvent.click(screen.getByText("The titles."));
  expect(screen.getByText("How many.")).toBeInTheDocument();
  expect(screen.getByText(/string\[\] · required/)).toBeInTheDocument();
  await expectAccessible();
});
