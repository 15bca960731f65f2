import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import {
  type Answers,
  expectAccessible,
  ok,
  open,
  problem,
  me as robin,
  signedIn,
} from "@/test/app";
import { Events } from "@/test/recorded";

const server = {
  set_up_needed: false,
  simulated: false,
  insecure: false,
  signed_in: false,
  passkeys: false,
  password_min: 15,
  providers: [{ slot: "oidc", name: "Home", asks_again: true }],
};
const nobody: Answers = {
  ...signedIn,
  "GET /server": () => ok(server),
  "GET /me": () => problem(401, "unauthorized"),
};
const back =
  "/returned#provider=oidc&state=s&code=12345678901234567890&iss=https%3A%2F%2Fid.example";

beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal("EventSource", Events);
});

test("leaves for a provider and comes back to where it wanted to go", async () => {
  const assign = vi.fn();
  vi.stubGlobal("location", { ...window.location, assign });
  let sent: unknown;
  open("/sign-in?next=/security", {
    ...nobody,
    "POST /session/provider": (_, body) => {
      sent = body;
      return ok({ location: "https://id.example/authorize?state=s" });
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with Home" }));
  await expectAccessible();
  await waitFor(() => expect(assign).toHaveBeenCalledWith("https://id.example/authorize?state=s"));
  expect(sent).toEqual({ provider: "oidc", remember: true });
  vi.unstubAllGlobals();
});

test("hands in what came back, letter for letter, and goes on", async () => {
  sessionStorage.setItem("audipy.return", "/security");
  let sent: unknown;
  const { router, requests } = open(back, {
    ...nobody,
    "POST /session/provider/answer": (_, body) => {
      sent = body;
      return ok({ me: robin });
    },
  });
  await waitFor(() => expect(router.state.location.pathname).toBe("/security"));
  expect(sent).toEqual({
    provider: "oidc",
    state: "s",
    code: "12345678901234567890",
    iss: "https://id.example",
  });
  expect(requests.filter((one) => one.endsWith("/answer"))).toHaveLength(1);
  expect(sessionStorage.getItem("audipy.return")).toBeNull();
});

test("goes nowhere but to pages of its own", async () => {
  sessionStorage.setItem("audipy.return", "//evil.example");
  const { router } = open(back, {
    ...nobody,
    "POST /session/provider/answer": () => ok({ stepped_up: robin }),
  });
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
});

test.each([
  [problem(400, "attempt_invalid"), /opened twice/],
  [problem(401, "identity_unknown"), /ask for an invite/],
  [problem(401, "provider_denied"), /did not sign in there/],
  [problem(401, "provider_refused"), /can't be trusted/],
  [problem(403, "provider_off"), /not offered any more/],
  [problem(502, "provider_unavailable"), /doesn't answer/],
])("says why nobody is signed in (%#)", async (answer, words) => {
  open("/returned#provider=oidc&error=%3Cscript%3Ealert(1)%3C%2Fscript%3E", {
    ...nobody,
    "POST /session/provider/answer": () => answer,
  });
  expect(await screen.findByRole("alert")).toHaveTextContent(words);
  expect(document.body).not.toHaveTextContent("script");
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("whoever is signed in goes back to where they left", async () => {
  sessionStorage.setItem("audipy.return", "/security");
  const { router } = open("/returned#provider=oidc&error=access_denied", {
    ...signedIn,
    "POST /session/provider/answer": () => problem(401, "provider_denied"),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Back" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/security"));
  expect(sessionStorage.getItem("audipy.return")).toBeNull();
});

test("asks for the second factor after a provider", async () => {
  const { router } = open(back, {
    ...nobody,
    "POST /session/provider/answer": () =>
      ok({ second_factor: { kinds: ["code"], expires_at: "2026-11-29T08:05:00Z" } }),
    "POST /session/second-factor": () => ok({ me: robin }),
  });
  await userEvent.type(await screen.findByLabelText(/Code of your/), "123456{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
});

test("whom a provider named and nobody knows chooses a name and an address", async () => {
  const sent: unknown[] = [];
  let answer = problem(422, "email_invalid", { detail: "This is not an e-mail address." });
  const { router } = open(back, {
    ...nobody,
    "POST /session/provider/answer": () =>
      ok({ register: { provider: "Home", label: "robin@example.org", name: "Robin" } }),
    "POST /registration/provider": (_, body) => {
      sent.push(body);
      return answer;
    },
  });
  const email = await screen.findByLabelText("E-mail");
  expect(screen.getByLabelText("Your name")).toHaveValue("Robin");
  await expectAccessible();
  await userEvent.type(email, "robin@example{Enter}");
  expect(await screen.findByText("This is not an e-mail address.")).toBeVisible();
  answer = ok(robin);
  await userEvent.type(email, ".org{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/accounts/link"));
  expect(sent.at(-1)).toEqual({ name: "Robin", email: "robin@example.org" });
});

test("shows whose account it is before it is linked", async () => {
  const { router, requests } = open(back, {
    ...signedIn,
    "POST /session/provider/answer": () =>
      ok({ link: { provider: "Home", label: "robin@example.org" } }),
    "POST /me/identities/confirm": () => ok({}),
  });
  expect(await screen.findByText("robin@example.org")).toBeVisible();
  await expectAccessible();
  expect(requests).not.toContain("POST /me/identities/confirm");
  await userEvent.click(screen.getByRole("button", { name: "Link it" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/security"));
});
