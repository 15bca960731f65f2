import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import {
  type Answers,
  expectAccessible,
  ok,
  open,
  problem,
  me as robin,
  signedIn,
} from "@/test/app";

const nobody: Answers = {
  ...signedIn,
  "GET /server": () =>
    ok({
      set_up_needed: false,
      simulated: false,
      insecure: false,
      signed_in: false,
      password_min: 15,
    }),
  "GET /me": () => problem(401, "unauthorized"),
};
const emptyServer: Answers = {
  ...nobody,
  "GET /server": () =>
    ok({
      set_up_needed: true,
      simulated: true,
      insecure: true,
      signed_in: false,
      password_min: 15,
    }),
};

test("who isn't signed in signs in first and then arrives where they wanted to go", async () => {
  const { router, requests } = open("/security", {
    ...nobody,
    "POST /session": () => ok({ me: robin }),
  });
  const email = await screen.findByLabelText("E-mail");
  expect(email).toHaveAttribute("autocomplete", "username webauthn");
  await expectAccessible();
  expect(requests).not.toContain("GET /me");
  await userEvent.type(email, "robin@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence of words{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/security"));
});

test("a wrong password is told without saying which half was wrong", async () => {
  open("/sign-in", { ...nobody, "POST /session": () => problem(401, "invalid_credentials") });
  await userEvent.type(await screen.findByLabelText("E-mail"), "robin@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "wrong{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("E-mail or password is wrong.");
  expect(screen.getByLabelText("Password")).toHaveValue("");
});

const owing: Answers = {
  ...nobody,
  "POST /session": () =>
    ok({
      second_factor: { kinds: ["code", "recovery_code"], expires_at: "2026-11-29T08:05:00Z" },
    }),
};

async function typePassword() {
  await userEvent.type(await screen.findByLabelText("E-mail"), "robin@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence of words{Enter}");
}

test("who has an authenticator app is asked for its code", async () => {
  const sent: unknown[] = [];
  let answer = problem(401, "second_factor_invalid", { detail: "This code is wrong." });
  const { router } = open("/sign-in?next=/security", {
    ...owing,
    "POST /session/second-factor": (_, body) => {
      sent.push(body);
      return answer;
    },
  });
  await typePassword();
  const code = await screen.findByLabelText("Code of your authenticator app");
  expect(code).toHaveAttribute("autocomplete", "one-time-code");
  expect(code).toHaveFocus();
  await expectAccessible();
  await userEvent.type(code, "123456{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This code is wrong.");
  answer = ok({ me: robin });
  await userEvent.type(code, "654321{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/security"));
  expect(sent).toEqual([{ code: "123456" }, { code: "654321" }]);
});

test("the last recovery code brings new ones, shown before going on", async () => {
  const { router } = open("/sign-in", {
    ...owing,
    "POST /session/second-factor": () => ok({ me: robin, recovery_codes: ["AAAAAA-BBBBBB"] }),
  });
  await typePassword();
  await userEvent.click(await screen.findByRole("button", { name: "Use a recovery code" }));
  await userEvent.type(screen.getByLabelText("Recovery code"), "zzz{Enter}");
  expect(await screen.findByText("AAAAAA-BBBBBB")).toBeVisible();
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
});

test("a sign-in that is over leads back to the password", async () => {
  open("/sign-in", { ...owing, "POST /session/second-factor": () => problem(401, "sign_in_over") });
  await typePassword();
  await userEvent.type(await screen.findByLabelText(/Code of your/), "123456{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("begin with your password");
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(screen.getByLabelText("Password")).toBeVisible();
});

test("the password can be looked at", async () => {
  open("/sign-in", nobody);
  const password = await screen.findByLabelText("Password");
  expect(password).toHaveAttribute("type", "password");
  await userEvent.click(screen.getByRole("button", { name: "Show the password" }));
  expect(password).toHaveAttribute("type", "text");
});

test("an empty server leads to its set-up, with the code from the address", async () => {
  let sent: unknown;
  const { router } = open("/setup#one-time-code-of-the-server", {
    ...emptyServer,
    "POST /setup": (_, body) => {
      sent = body;
      return problem(422, "password_blocked", { detail: "This password is too common." });
    },
  });
  await userEvent.type(await screen.findByLabelText("Your name"), "Robin");
  expect(router.state.location.pathname).toBe("/setup");
  expect(screen.queryByLabelText("Set-up code")).toBeNull();
  expect(screen.getByText(/Simulated data/)).toBeVisible();
  expect(screen.getByText(/Not encrypted/)).toBeVisible();
  await expectAccessible();
  await userEvent.type(screen.getByLabelText("E-mail"), "robin@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "password password{Enter}");
  expect(await screen.findByText("This password is too common.")).toBeVisible();
  expect(screen.getByLabelText("Password")).toBeInvalid();
  expect(sent).toEqual({
    code: "one-time-code-of-the-server",
    name: "Robin",
    email: "robin@example.org",
    password: "password password",
  });
});

test("whoever sets the server up is shown its key once, and goes on to link", async () => {
  const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  let done = false;
  const { router } = open("/setup#one-time-code-of-the-server", {
    ...signedIn,
    "GET /server": () =>
      ok({
        set_up_needed: !done,
        simulated: false,
        insecure: false,
        signed_in: done,
        password_min: 15,
      }),
    "POST /setup": () => {
      done = true;
      const kit = { key_id: "1263822b", key, source: "/etc/audipy/key" };
      return { status: 201, body: { ...robin, recovery_kit: kit } };
    },
  });
  await userEvent.type(await screen.findByLabelText("E-mail"), "robin@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence of words{Enter}");
  expect(await screen.findByRole("heading", { name: "Keep this key" })).toBeVisible();
  expect(screen.getByText(key)).toBeVisible();
  expect(screen.getByRole("img", { name: "The key as a QR code" })).toBeVisible();
  await expectAccessible();
  expect(router.state.location.pathname).toBe("/accounts/link");
  await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(screen.queryByText(key)).toBeNull());
});

test("a set-up code that isn't right can be typed anew", async () => {
  open("/setup#stale", { ...emptyServer, "POST /setup": () => problem(401, "unauthorized") });
  await userEvent.type(await screen.findByLabelText("Your name"), "Robin");
  await userEvent.type(screen.getByLabelText("E-mail"), "robin@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence of words{Enter}");
  expect(await screen.findByLabelText("Set-up code")).toBeInvalid();
});

test("asking for a new password says the same whoever asks", async () => {
  open("/forgot-password", { ...nobody, "POST /password-reset": () => ({ status: 202 }) });
  await userEvent.type(await screen.findByLabelText("E-mail"), "nobody@example.org{Enter}");
  expect(await screen.findByRole("heading", { name: "Look into your mail" })).toBeVisible();
  await expectAccessible();
});

test("a link for a new password works once", async () => {
  open("/reset-password#spent", {
    ...nobody,
    "POST /password-reset/complete": () => problem(400, "token_invalid"),
  });
  await userEvent.type(await screen.findByLabelText("New password"), "a sentence of words{Enter}");
  expect(await screen.findByText(/This link doesn't work any more/)).toBeVisible();
  await expectAccessible();
});

test("a password that was typed stands nowhere in the page's HTML", async () => {
  open("/sign-in", { ...nobody, "POST /session": () => problem(401, "invalid_credentials") });
  await userEvent.type(await screen.findByLabelText("E-mail"), "robin@example.org");
  const password = screen.getByLabelText("Password");
  await userEvent.type(password, "a sentence of words");
  expect(password).toHaveValue("a sentence of words");
  expect(document.documentElement.outerHTML).not.toContain("a sentence");
  await userEvent.type(password, "{Enter}");
  await waitFor(() => expect(password).toHaveValue(""));
});
