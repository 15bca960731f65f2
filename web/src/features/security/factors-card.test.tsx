import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { expectAccessible } from "@/test/app";
import { openAt, Status } from "@/test/recorded";
import { activity, factors, me, server, sessions } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const recorded = {
  "GET /sessions": sessions,
  "GET /activity": activity,
  "GET /me/factors": factors,
};
const none = { ...recorded, "GET /me/factors": { passkeys: [], recovery_codes_left: 0 } };
const enrolment = {
  secret: "JBSWY3DPEHPK3PXP",
  uri: "otpauth://totp/books.example:kim@example.org?secret=JBSWY3DPEHPK3PXP",
  expires_at: "2026-03-10T10:10:00Z",
};
const stepUp = new Status(403, { code: "step_up_required" });

fourStates({
  address: "/security",
  call: "GET /me/factors",
  empty: { recorded: none, words: /An app on your phone/ },
  full: { recorded, words: /2 of 8 left/ },
});

it("sets an app up: the password, the QR code, a code, and the recovery codes once", async () => {
  userEvent.setup(); // with a clipboard
  let begun: unknown = stepUp;
  let confirmed: unknown = new Status(422, { code: "code_wrong" });
  const { calls } = openAt("/security", {
    ...none,
    "POST /me/authenticator": () => begun,
    "POST /me/authenticator/confirm": () => confirmed,
    "POST /session/step-up": me,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Set up" }));
  await userEvent.type(await screen.findByLabelText("Password"), "a sentence of words");
  expect(screen.queryByLabelText(/Code of your/)).toBeNull();
  begun = enrolment;
  await userEvent.click(screen.getByRole("button", { name: "Confirm" }));
  expect(await screen.findByRole("img", { name: /QR code/ })).toBeVisible();
  expect(screen.getByText("JBSW Y3DP EHPK 3PXP")).toBeVisible();
  await expectAccessible();
  const code = screen.getByLabelText(/Code of your/);
  await userEvent.type(code, "111111{Enter}");
  expect(await screen.findByText(/That isn't the code/)).toBeVisible();
  confirmed = { codes: ["AAAAAA-BBBBBB", "CCCCCC-DDDDDD"] };
  await userEvent.clear(code);
  await userEvent.type(code, "222222{Enter}");
  const list = await screen.findByRole("list", { name: "Recovery codes" });
  expect(within(list).getAllByRole("listitem")).toHaveLength(2);
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByText("Copied.")).toBeVisible();
  expect(await navigator.clipboard.readText()).toContain("CCCCCC-DDDDDD");
  await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));
  await waitFor(() => expect(screen.queryByText("AAAAAA-BBBBBB")).toBeNull());
  expect(calls.findLast((call) => call.path.endsWith("/confirm"))?.body).toEqual({
    code: "222222",
  });
});

it("asks for the code beside the password before the app is removed", async () => {
  let answer: unknown = stepUp;
  const { calls } = openAt("/security", {
    ...recorded,
    "DELETE /me/authenticator": () => answer,
    "POST /session/step-up": me,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
  await userEvent.click(
    (await screen.findAllByRole("button", { name: "Remove" })).at(-1) as HTMLElement,
  );
  await userEvent.type(await screen.findByLabelText("Password"), "a sentence of words");
  await userEvent.type(screen.getByLabelText(/Code of your/), "123456");
  await expectAccessible();
  answer = new Status(204);
  await userEvent.click(screen.getByRole("button", { name: "Confirm" }));
  await waitFor(() => expect(calls.filter((call) => call.method === "DELETE")).toHaveLength(2));
  expect(calls.find((call) => call.path === "/session/step-up")?.body).toEqual({
    password: "a sentence of words",
    code: "123456",
  });
});

it("makes new recovery codes", async () => {
  openAt("/security", { ...recorded, "POST /me/recovery-codes": { codes: ["EEEEEE-FFFFFF"] } });
  await userEvent.click(await screen.findByRole("button", { name: "Make new ones" }));
  expect(await screen.findByText("EEEEEE-FFFFFF")).toBeVisible();
  expect(screen.getByText(/worth nothing now/)).toBeVisible();
});

/** Stands in for the browser's own window for passkeys. */
function stubPasskeys(give: () => Promise<unknown>) {
  class PublicKeyCredential {
    static parseCreationOptionsFromJSON = (options: unknown) => options;
    static parseRequestOptionsFromJSON = (options: unknown) => options;
    constructor(private readonly said: object) {}
    toJSON() {
      return this.said;
    }
  }
  vi.stubGlobal("PublicKeyCredential", PublicKeyCredential);
  const answer = async () => new PublicKeyCredential((await give()) as object);
  vi.stubGlobal("navigator", {
    ...navigator,
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    credentials: { create: answer, get: answer },
  });
}

it("adds a passkey under a name, and says when none was chosen", async () => {
  let chosen = false;
  stubPasskeys(async () => {
    if (!chosen) throw new DOMException("no", "NotAllowedError");
    return { id: "k" };
  });
  const { calls } = openAt("/security", {
    ...none,
    "POST /me/passkeys/options": { publicKey: { challenge: "c" } },
    "POST /me/passkeys": {
      passkey: { id: "p1", name: "x", host: "localhost", added_at: "2026-02-02T10:00:00Z" },
      recovery_codes: ["AAAAAA-BBBBBB"],
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Add a passkey" }));
  const name = await screen.findByLabelText("Name");
  expect(name).toHaveValue("Firefox, Linux");
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Make it" }));
  expect(await screen.findByText("No passkey was chosen.")).toBeVisible();
  chosen = true;
  await userEvent.click(screen.getByRole("button", { name: "Make it" }));
  expect(await screen.findByText("AAAAAA-BBBBBB")).toBeVisible();
  expect(calls.find((call) => call.path === "/me/passkeys")?.body).toEqual({
    credential: { id: "k" },
    name: "Firefox, Linux",
  });
});

it("proves by a passkey who it is before one is removed", async () => {
  stubPasskeys(async () => ({ id: "k" }));
  let answer: unknown = stepUp;
  const { calls } = openAt("/security", {
    ...recorded,
    "DELETE /me/passkeys/p2": () => answer,
    "POST /session/step-up/passkey/options": { publicKey: { challenge: "c" } },
    "POST /session/step-up/passkey": me,
  });
  expect(await screen.findByText("Good at books.example only")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Remove the passkey An old one" }));
  await userEvent.click(
    (await screen.findAllByRole("button", { name: "Remove" })).at(-1) as HTMLElement,
  );
  const use = await screen.findByRole("button", { name: "Use a passkey" });
  answer = new Status(204);
  await userEvent.click(use);
  await waitFor(() => expect(calls.filter((call) => call.method === "DELETE")).toHaveLength(2));
  expect(calls.find((call) => call.path === "/session/step-up/passkey")?.body).toEqual({
    credential: { id: "k" },
  });
});

it("says why there are no passkeys", async () => {
  openAt("/security", { ...none, "GET /server": { ...server, passkeys: false } });
  expect(await screen.findByText(/Passkeys need this server/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
});
