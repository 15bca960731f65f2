import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { type Answers, ok, open, problem, signedIn } from "@/test/app";
import { outside } from "./pseudo";

vi.mock("@/strings", async (load) => {
  const { pseudo } = await import("./pseudo");
  const real = await load<typeof import("@/strings")>();
  return { ...real, t: pseudo(real.t) };
});
vi.mock("@/lib/format", async (load) => {
  const { pseudo } = await import("./pseudo");
  const real = await load<typeof import("@/lib/format")>();
  return Object.fromEntries(
    Object.entries(real).map(([name, one]) => [
      name,
      typeof one === "function" ? pseudo(one) : one,
    ]),
  );
});

/** What the server says here, and names that are the same in every language. */
const given = ["Robin", "robin@example.org", "0.3.0"];

/** Every text that a reader sees or hears, outside of the words of the language. */
function plainTexts(): string[] {
  const texts: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest("script, style")) texts.push(node.textContent ?? "");
  }
  for (const element of document.body.querySelectorAll("*")) {
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
      texts.push(element.getAttribute(name) ?? "");
    }
  }
  return texts
    .map((text) => given.reduce((left, one) => left.replaceAll(one, ""), outside(text)))
    .filter((text) => /\p{L}{2}/u.test(text));
}

const nobody: Answers = {
  ...signedIn,
  "GET /server": () =>
    ok({
      set_up_needed: false,
      simulated: true,
      insecure: true,
      signed_in: false,
      password_min: 15,
    }),
  "GET /me": () => problem(401, "unauthorized"),
};
const empty: Answers = {
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
const broken = signedIn; // everything else is a problem, which pages tell of

const pages: [string, Answers][] = [
  ["/sign-in", nobody],
  ["/forgot-password", nobody],
  ["/reset-password#token", nobody],
  ["/setup", empty],
  ...[
    "/",
    "/library",
    "/series",
    "/next",
    "/accounts",
    "/sync-runs",
    "/settings",
    "/security",
    "/people",
    "/admin",
    "/accounts/link",
    "/books/us/B000000001",
    "/no-such-page",
  ].map((path): [string, Answers] => [path, broken]),
];

test.each(pages)("%s has no text beside the words of the language", async (address, answers) => {
  open(address, answers);
  await screen.findAllByRole("heading", { name: /⟦/ });
  await waitFor(() => expect(document.querySelector("[aria-busy=true]")).toBeNull());
  expect(plainTexts()).toEqual([]);
});
