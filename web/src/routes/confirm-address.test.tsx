import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openAt, Status } from "@/test/recorded";
import { server } from "@/test/recorded/people";

const out = { "GET /me": new Status(401, { code: "unauthorized" }) };

it("confirms an address by hand, and says what is left", async () => {
  const { calls } = openAt("/confirm-address#abc", {
    ...out,
    "POST /address/confirm": { done: false },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Confirm" }));
  expect(await screen.findByRole("status")).toHaveTextContent("open the link that went to");
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({ token: "abc" });
});

it("says that a link doesn't work any more", async () => {
  openAt("/confirm-address#abc", {
    ...out,
    "POST /address/confirm": new Status(400, { code: "token_invalid" }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Confirm" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("doesn't work any more");
});

it("offers an account where registration is open, and mails the link", async () => {
  const { calls } = openAt("/sign-in", {
    ...out,
    "GET /server": { ...server, signed_in: false, registration: "open" },
    "POST /registration/request": new Status(202),
  });
  await userEvent.click(await screen.findByRole("link", { name: "Make an account" }));
  await screen.findByRole("heading", { name: "Make an account" });
  await userEvent.type(screen.getByLabelText("E-mail"), "lee@example.org");
  await userEvent.click(screen.getByRole("button", { name: "Send the link" }));
  expect(await screen.findByText("Look into your mail")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({ email: "lee@example.org" });
});

it("offers none where people are invited", async () => {
  openAt("/sign-in", { ...out, "GET /server": { ...server, signed_in: false } });
  await screen.findByRole("button", { name: "Sign in" });
  expect(screen.queryByRole("link", { name: "Make an account" })).not.toBeInTheDocument();
});
