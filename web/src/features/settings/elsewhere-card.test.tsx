import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Elsewhere } from "@/api/types";
import { expectAccessible } from "@/test/app";
import { openAt, Status } from "@/test/recorded";
import { fourStates } from "@/test/states";

const none: Elsewhere = { titles: 0, in_library: 0, unknown: 0, sure: 0, likely: 0, matches: [] };
const found: Elsewhere = {
  titles: 10,
  in_library: 4,
  unknown: 3,
  sure: 2,
  likely: 1,
  server: {
    host: "nas.example.org",
    connected_at: "2026-03-10T10:00:00Z",
    read_at: "2026-03-10T10:01:00Z",
    reading: false,
    count_likely: false,
  },
  matches: [
    {
      title: "A Book on CD",
      author: "Ann Author",
      confidence: "name",
      asin: "B000000001",
      marketplace: "us",
      product: "A Book",
    },
  ],
};
const preferences = {
  language: "english",
  marketplace: "us",
  notifications_enabled: true,
  household_shelf: false,
  limits: [],
};

fourStates({
  address: "/settings",
  call: "GET /elsewhere",
  empty: {
    recorded: { "GET /preferences": preferences, "GET /elsewhere": none },
    words: "Address of audiobookshelf",
  },
  full: {
    recorded: { "GET /preferences": preferences, "GET /elsewhere": found },
    words: "nas.example.org",
  },
});

it("connects a server, and says why it could not", async () => {
  let answer: unknown = new Status(422, { code: "key_refused", detail: "It refuses the key." });
  const { calls } = openAt("/settings", {
    "GET /preferences": preferences,
    "GET /elsewhere": none,
    "PUT /elsewhere": () => answer,
  });
  await userEvent.type(
    await screen.findByLabelText("Address of audiobookshelf"),
    "https://books.example",
  );
  await userEvent.type(screen.getByLabelText("API key"), "abs-key");
  await userEvent.click(screen.getByRole("button", { name: "Connect" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It refuses the key.");
  answer = new Status(204);
  await userEvent.click(screen.getByRole("button", { name: "Connect" }));
  await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
  expect(calls.filter((call) => call.method === "PUT").map((call) => call.body)).toContainEqual({
    url: "https://books.example",
    key: "abs-key",
  });
});

it("counts what was found only when asked, and the likely ones when that is ticked", async () => {
  const { calls } = openAt("/settings", {
    "GET /preferences": preferences,
    "GET /elsewhere": found,
    "POST /elsewhere/apply": new Status(204),
  });
  expect(await screen.findByText(/2 would count as yours, and 1 more/)).toBeInTheDocument();
  await userEvent.click(screen.getByText("What was found"));
  expect(screen.getByText(/A Book on CD · Ann Author · by name alone/)).toBeInTheDocument();
  await userEvent.click(screen.getByLabelText(/Count the 1 found by title/));
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Count them" }));
  expect(await screen.findByText("They count now.")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({ count_likely: true });
});
