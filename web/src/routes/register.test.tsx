import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { type Answers, expectAccessible, me, ok, open, problem, signedIn } from "@/test/app";

const token = "AAAAAAAAAAAAAAAAAAAAAA";
const invited: Answers = {
  ...signedIn,
  "GET /server": () => ok({ set_up_needed: false, signed_in: false, password_min: 15 }),
  "POST /registration/invite": () => ok({ expires_at: "2026-12-01T08:00:00Z" }),
};

async function register() {
  await userEvent.type(await screen.findByLabelText("E-mail"), "lee@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence of words{Enter}");
}

test("an invite leads to an own account and on to linking, with one form", async () => {
  const sent: unknown[] = [];
  const { router, requests } = open(`/register#${token}`, {
    ...invited,
    "POST /registration": (_, body) => {
      sent.push(body);
      return { status: 202 };
    },
    "POST /session": () => ok({ me }),
    "POST /session/step-up": () => ok(me),
  });
  await screen.findByLabelText("E-mail");
  await expectAccessible();
  await register();
  await waitFor(() => expect(router.state.location.pathname).toBe("/accounts/link"));
  expect(sent).toEqual([
    { invite: token, name: "", email: "lee@example.org", password: "a sentence of words" },
  ]);
  expect(requests.filter((request) => request.includes(token))).toEqual([]);
});

test("an invite for one address can't be used for another", async () => {
  open(`/register#${token}`, {
    ...invited,
    "POST /registration/invite": () =>
      ok({ email: "lee@example.org", expires_at: "2026-12-01T08:00:00Z" }),
  });
  const email = await screen.findByLabelText("E-mail");
  expect(email).toHaveValue("lee@example.org");
  expect(email).toHaveAttribute("readonly");
});

test("an invite that is over says so", async () => {
  open(`/register#${token}`, {
    ...invited,
    "POST /registration/invite": () => problem(422, "token_invalid"),
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("This invite doesn't work any more.");
});

test("who can't get in afterwards is sent to signing in, and told nothing", async () => {
  const { router } = open(`/register#${token}`, {
    ...invited,
    "POST /registration": () => ({ status: 202 }),
    "POST /session": () => problem(401, "invalid_credentials"),
  });
  await register();
  await waitFor(() => expect(router.state.location.pathname).toBe("/sign-in"));
});

test("a password that is refused keeps the form", async () => {
  open(`/register#${token}`, {
    ...invited,
    "POST /registration": () =>
      problem(422, "password_blocked", { detail: "This password is too common." }),
  });
  await register();
  expect(await screen.findByText("This password is too common.")).toBeInTheDocument();
  expect(screen.getByLabelText("E-mail")).toHaveValue("lee@example.org");
});
