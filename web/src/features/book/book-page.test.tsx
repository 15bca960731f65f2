import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openAt, Status } from "@/test/recorded";
import { book } from "@/test/recorded/titles";
import { fourStates } from "@/test/states";

fourStates({
  address: "/books/us/B2",
  call: "GET /books/us/B2",
  empty: { recorded: {}, words: "This title isn't known here" },
  full: { recorded: { "GET /books/us/B2": book }, words: "by Mara Ellison" },
});

it("leaves for the store by a link that hands nothing over and says where it leads", async () => {
  openAt("/books/us/B2", { "GET /books/us/B2": book });
  const link = await screen.findByRole("link", { name: "Open at audible.com" });
  expect(link).toHaveAttribute("href", book.store_url);
  expect(link).toHaveAttribute("rel", "noreferrer noopener");
  expect(screen.getByText("This leaves AudiPy and leads to www.audible.com.")).toBeInTheDocument();
});

it("offers no way to an address that isn't one of the web's", async () => {
  openAt("/books/us/B2", { "GET /books/us/B2": { ...book, store_url: "javascript:alert(1)" } });
  await screen.findByText("by Mara Ellison");
  expect(screen.queryByRole("link", { name: /Open at/ })).not.toBeInTheDocument();
});

it("draws the price with the limit, and has the same as a table", async () => {
  openAt("/books/us/B2", { "GET /books/us/B2": book });
  const chart = await screen.findByRole("img", { name: /Price over time/ });
  expect(chart).toHaveAccessibleName(
    "Price over time. $7.49 now; the lowest seen is $5.99, 3 Jan 2026. Your limit is $12.66.",
  );
  expect(chart).toHaveTextContent("your limit, $12.66");
  expect(screen.getByRole("row", { name: "3 Jan 2026 $5.99", hidden: true })).toBeInTheDocument();
});

it("leaves prices of another currency off the axis", async () => {
  const history = [
    { day: "2026-01-01", price: { minor: 1, currency: "EUR" }, kind: "sale" },
    ...book.price_history,
  ];
  openAt("/books/us/B2", {
    "GET /books/us/B2": { ...book, price_history: history, limit: { minor: 9, currency: "EUR" } },
  });
  const chart = await screen.findByRole("img", { name: /the lowest seen is \$5.99/ });
  expect(chart).not.toHaveTextContent("your limit");
});

it("suggests a title again that was put away", async () => {
  let mark: object | undefined = {};
  openAt("/books/us/B2", {
    "GET /books/us/B2": () => ({ ...book, mark }),
    "DELETE /marks/us/B2": () => {
      mark = undefined;
      return new Status(204);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Suggest it again" }));
  expect(await screen.findByText("It is the next one you lack.")).toBeInTheDocument();
});

it("puts a suggestion away", async () => {
  let mark: object | undefined;
  const { calls } = openAt("/books/us/B2", {
    "GET /books/us/B2": () => ({ ...book, mark }),
    "PUT /marks/us/B2": () => {
      mark = {};
      return new Status(204);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Not for me: Oil" }));
  expect(await screen.findByText("You said that this one isn't for you.")).toBeInTheDocument();
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({});
});
