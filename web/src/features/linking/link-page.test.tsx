import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { AccountLink } from "@/api/types";
import { openAt, Status } from "@/test/recorded";
import { healthy, pending, run } from "@/test/recorded/accounts";
import { server } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const at = "/accounts/link/l1";

fourStates({
  address: at,
  call: "GET /account-links/l1",
  empty: { recorded: {}, words: "This sign-in is over" },
  full: { recorded: { "GET /account-links/l1": pending }, words: "Your Amazon account" },
});

/** Opens a link whose answers lead from step to step, as a server would. */
function walk(first: AccountLink, next: Record<string, unknown>) {
  return openAt(at, { "GET /account-links/l1": first, ...next });
}

it("chooses a store, then a door", async () => {
  const { calls } = openAt("/accounts/link", {
    "POST /account-links": new Status(201, pending),
    "GET /account-links/l1": pending,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Another store" }));
  await userEvent.click(await screen.findByRole("button", { name: /Germany/ }));
  await userEvent.click(await screen.findByRole("button", { name: /Step by step, here/ }));
  expect(await screen.findByText("Your Amazon account")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({
    door: "guided",
    marketplace: "de",
  });
});

it("sends a credential file as text", async () => {
  const { calls } = openAt("/accounts/link?marketplace=de&door=file", {
    "POST /account-links/import": new Status(201, { ...pending, door: "file", step: "confirm" }),
    "GET /account-links/l1": { ...pending, door: "file", step: "confirm" },
  });
  const file = new File(['{"made":"for a test"}'], "kim.json", { type: "application/json" });
  // jsdom's files can't be read as text.
  file.text = () => Promise.resolve('{"made":"for a test"}');
  await userEvent.upload(await screen.findByLabelText("Credential file"), file);
  await userEvent.click(screen.getByRole("button", { name: "Import" }));
  expect(await screen.findByText("Is this the account?")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({
    file: '{"made":"for a test"}',
  });
});

describe("the guided form", () => {
  it("answers a question and shows the next one, with what Amazon says", async () => {
    const otp: AccountLink = {
      ...pending,
      step: "otp",
      question: {
        message: "Enter the code of your app",
        fields: [
          { name: "code", kind: "code", label: "Code" },
          {
            name: "choice",
            kind: "choice",
            label: "Way",
            optional: true,
            choices: [{ value: "c2", label: "", kind: "sms" }],
          },
        ],
      },
    };
    const { calls } = walk(pending, { "POST /account-links/l1/answers": otp });
    await userEvent.type(
      await screen.findByLabelText("E-mail, phone or user name"),
      "kim@example.org",
    );
    await userEvent.type(screen.getByLabelText("Password"), "not a real one");
    await userEvent.click(screen.getByRole("button", { name: "Send to Amazon" }));
    expect(await screen.findByText("Your one-time password")).toBeInTheDocument();
    expect(screen.getByText("Enter the code of your app")).toBeInTheDocument();
    expect(screen.getByLabelText("Code")).toHaveAttribute("autocomplete", "one-time-code");
    await userEvent.click(screen.getByRole("button", { name: "Text message" }));
    expect(calls.filter((call) => call.method === "POST").map((call) => call.body)).toEqual([
      { login: "kim@example.org", password: "not a real one" },
      { choice: "c2" },
    ]);
  });

  it("shows a captcha, a choice of devices and a wait for approval", async () => {
    const captcha: AccountLink = {
      ...pending,
      step: "captcha",
      question: {
        captcha: "/api/v1/account-links/l1/captcha",
        fields: [{ name: "captcha", kind: "captcha", label: "Characters in the picture" }],
      },
    };
    const choice: AccountLink = {
      ...pending,
      step: "device_choice",
      question: {
        fields: [
          {
            name: "choice",
            kind: "choice",
            label: "Way",
            choices: [{ value: "a", label: "Phone ending in 12" }],
          },
        ],
      },
    };
    const approval: AccountLink = {
      ...pending,
      step: "approval",
      question: { fields: [{ name: "poll", kind: "wait", label: "Approved" }] },
    };
    const steps = [choice, approval, { ...pending, step: "confirm" }];
    const { calls } = walk(captcha, { "POST /account-links/l1/answers": () => steps.shift() });
    expect(await screen.findByRole("img", { name: /characters to type/ })).toHaveAttribute(
      "src",
      "/api/v1/account-links/l1/captcha",
    );
    await userEvent.type(screen.getByLabelText("Characters in the picture"), "Xk7");
    await userEvent.click(screen.getByRole("button", { name: "Send to Amazon" }));
    expect(await screen.findByLabelText("Phone ending in 12")).toBeChecked();
    await userEvent.click(screen.getByRole("button", { name: "Send to Amazon" }));
    await userEvent.click(await screen.findByRole("button", { name: "I have approved it" }));
    expect(await screen.findByText("Is this the account?")).toBeInTheDocument();
    expect(calls.filter((call) => call.method === "POST").map((call) => call.body)).toEqual([
      { captcha: "Xk7" },
      { choice: "a" },
      { poll: true },
    ]);
  });

  it("ends clearly where only the browser can go on, and takes the pasted address", async () => {
    const stuck: AccountLink = {
      ...pending,
      step: "browser",
      question: undefined,
      reason: "Amazon wants a passkey.",
    };
    const { calls } = walk(stuck, {
      "POST /account-links/l1/complete": { ...pending, step: "confirm" },
    });
    expect(await screen.findByText("Only your browser can go on")).toBeInTheDocument();
    expect(screen.getByText("Amazon wants a passkey.")).toBeInTheDocument();
    expect(screen.getByText(/Leads to www.amazon.de/)).toBeInTheDocument();
    const field = screen.getByLabelText("Address of the last page");
    await userEvent.type(field, "https://www.amazon.de/ap/signin{Enter}");
    expect(screen.getByRole("alert")).toHaveTextContent("doesn't look like");
    expect(calls.some((call) => call.method === "POST")).toBe(false);
    await userEvent.clear(field);
    await userEvent.type(
      field,
      "https://www.amazon.de/ap/maplanding?openid.oa2.authorization_code=ANx{Enter}",
    );
    expect(await screen.findByText("Is this the account?")).toBeInTheDocument();
  });
});

it("says in whole sentences why a file is refused", async () => {
  openAt("/accounts/link?marketplace=de&door=file", {
    "POST /account-links/import": new Status(422, {
      code: "file_unusable",
      detail: "the file is not a credential file",
      hint: "those of audible-cli are",
    }),
  });
  const file = new File(["{}"], "kim.json", { type: "application/json" });
  file.text = () => Promise.resolve("{}");
  await userEvent.upload(await screen.findByLabelText("Credential file"), file);
  await userEvent.click(screen.getByRole("button", { name: "Import" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "The file is not a credential file. Those of audible-cli are.",
  );
});

it("leads nowhere out of a simulation", async () => {
  const sign_in_url = "https://www.amazon.com/ap/signin";
  openAt(at, {
    "GET /server": { ...server, simulated: true },
    "GET /account-links/l1": { ...pending, door: "browser", step: "browser", sign_in_url },
  });
  expect(await screen.findByText(/The real Amazon would answer/)).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: /Amazon/ })).not.toBeInTheDocument();
});

it("offers the relay in a tab and by QR code, and goes on by itself", async () => {
  let link: AccountLink = {
    ...pending,
    door: "relay",
    step: "relay",
    question: undefined,
    relay_url: "http://192.168.1.5:8081/r/secret",
  };
  openAt(at, { "GET /account-links/l1": () => link });
  const open = await screen.findByRole("link", { name: "Open Amazon's sign-in" });
  expect(open).toHaveAttribute("href", "http://192.168.1.5:8081/r/secret");
  expect(open).toHaveAttribute("rel", "noreferrer noopener");
  expect(screen.getByRole("img", { name: /QR code/ })).toBeInTheDocument();
  link = { ...link, step: "confirm", relay_url: undefined };
  expect(await screen.findByText("Is this the account?")).toBeInTheDocument();
});

it("names the account before it is linked, and ends on the library", async () => {
  const account = {
    name: "Kim Larsen",
    masked_email: "k…@example.org",
    marketplace: "de",
    already_linked: false,
    shared_device: false,
    linked_elsewhere: false,
  };
  walk(
    { ...pending, step: "confirm", account },
    {
      "POST /account-links/l1/confirm": new Status(201, healthy),
      "GET /sync-runs": { items: [run] },
      "GET /accounts": { items: [healthy] },
    },
  );
  expect(await screen.findByText("Kim Larsen")).toBeInTheDocument();
  expect(screen.getByText("k…@example.org · Germany")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Yes, link it" }));
  expect(await screen.findByRole("link", { name: "To the library" })).toHaveAttribute(
    "href",
    "/library",
  );
});

it("doesn't ask who signs in again for an account that they have linked", async () => {
  const account = {
    name: "Kim Larsen",
    marketplace: "de",
    already_linked: true,
    shared_device: false,
    linked_elsewhere: false,
  };
  const { calls } = openAt(`${at}?again=true`, {
    "GET /account-links/l1": { ...pending, step: "confirm", account },
    "POST /account-links/l1/confirm": new Status(201, healthy),
    "GET /accounts": { items: [healthy] },
  });
  expect(await screen.findByText("Signed in again")).toBeInTheDocument();
  expect(await screen.findByRole("button", { name: "Renew now" })).toBeInTheDocument();
  expect(calls.filter((call) => call.method === "POST")).toHaveLength(1);
});

it("forgets a declined account", async () => {
  const { calls } = walk(
    { ...pending, step: "confirm" },
    { "DELETE /account-links/l1": new Status(204), "GET /accounts": { items: [] } },
  );
  await userEvent.click(await screen.findByRole("button", { name: "No, forget it" }));
  await waitFor(() => expect(calls.some((call) => call.method === "DELETE")).toBe(true));
  expect(await screen.findByText("No account is linked yet")).toBeInTheDocument();
});
