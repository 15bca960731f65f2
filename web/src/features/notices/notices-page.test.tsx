import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Notice, NoticeSettings } from "@/api/types";
import { openAt, Status } from "@/test/recorded";
import { fourStates } from "@/test/states";

const modes = {
  sign_in_needed: "at_once",
  price_below_limit: "weekly",
} as NoticeSettings["channels"][number]["modes"];
const settings: NoticeSettings = {
  enabled: true,
  can_mail: true,
  email: "kim@example.com",
  kinds: ["sign_in_needed", "price_below_limit"],
  times: { time_zone: "UTC", digest_day: 0, digest_time: "09:00" },
  channels: [
    { id: "email", kind: "email", name: "", modes },
    { id: "c1", kind: "ntfy", name: "Phone", host: "ntfy.sh", modes },
  ],
};
const notice: Notice = {
  id: "n1",
  kind: "price_below_limit",
  title: "Dune Messiah costs $7.49",
  text: "It is below your limit.",
  at: "2026-03-02T10:00:00Z",
  deliveries: [
    {
      kind: "email",
      channel: "",
      digest: false,
      state: "failed",
      due_at: "2026-03-02T10:00:00Z",
      attempts: 3,
      error: "the SMTP server refuses the mail",
    },
  ],
};
const recorded = {
  "GET /notices": { items: [notice] },
  "GET /notices/settings": settings,
  "PUT /notices/channels/c1": settings.channels[1],
  "POST /notices/channels/c1/test": new Status(422, {
    code: "invalid",
    detail: "The address answered 403.",
  }),
  "POST /notices/channels/email/test": new Status(204),
  "PUT /notices/times": (call: { body: unknown }) => call.body,
  "POST /notices/calendar": { path: "/api/v1/calendars/TOKEN.ics" },
};

fourStates({
  address: "/notices",
  call: "GET /notices",
  empty: { recorded: { ...recorded, "GET /notices": { items: [] } }, words: "Nothing yet" },
  full: { recorded, words: "Dune Messiah costs $7.49" },
});

it("says what became of a notice", async () => {
  openAt("/notices", recorded);
  expect(await screen.findByText("Not delivered by E-mail")).toBeInTheDocument();
  expect(screen.getByText("the SMTP server refuses the mail")).toBeInTheDocument();
});

it("switches a kind for one place", async () => {
  const { calls } = openAt("/notices", recorded);
  await userEvent.click(await screen.findByText("What Phone tells"));
  const selects = screen.getAllByLabelText("A link needs me to sign in");
  await userEvent.selectOptions(selects[1] as HTMLElement, "off");
  await waitFor(() =>
    expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
      name: "Phone",
      modes: { sign_in_needed: "off", price_below_limit: "weekly" },
    }),
  );
});

it("sends a test and says how it went", async () => {
  openAt("/notices", recorded);
  await userEvent.click(await screen.findByLabelText("Send a test by Phone"));
  expect(await screen.findByRole("alert")).toHaveTextContent("The address answered 403.");
  await userEvent.click(screen.getByLabelText("Send a test by E-mail"));
  expect(await screen.findByText("The test was taken.")).toBeInTheDocument();
});

it("shows the secret of a new webhook once", async () => {
  const { calls } = openAt("/notices", {
    ...recorded,
    "POST /notices/channels": { ...settings.channels[1], kind: "webhook", secret: "whsec_abc" },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Add a place" }));
  await userEvent.selectOptions(screen.getByLabelText("Kind"), "webhook");
  await userEvent.type(screen.getByLabelText("Name"), "Home");
  await userEvent.type(screen.getByLabelText("Address"), "https://example.com/hook{Enter}");
  expect(await screen.findByText("whsec_abc")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByText("whsec_abc")).not.toBeInTheDocument());
  expect(calls.find((call) => call.path === "/notices/channels")?.body).toEqual({
    kind: "webhook",
    name: "Home",
    url: "https://example.com/hook",
  });
});

it("keeps quiet hours and makes a calendar", async () => {
  const { calls } = openAt("/notices", recorded);
  await userEvent.click(await screen.findByLabelText("Quiet hours"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
    ...settings.times,
    quiet_from: "22:00",
    quiet_until: "07:00",
  });
  await userEvent.click(screen.getByRole("button", { name: "Make an address" }));
  expect(await screen.findByText(/calendars\/TOKEN\.ics$/)).toBeInTheDocument();
});
