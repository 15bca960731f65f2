import { expect, it } from "vitest";
import { newLinkSearch } from "./search";

it("keeps what it knows and drops the rest", () => {
  expect(newLinkSearch({ marketplace: "de", door: "guided", note: "Shut." })).toEqual({
    marketplace: "de",
    door: "guided",
    note: "Shut.",
  });
  expect(newLinkSearch({ marketplace: "<b>", door: "window", note: 5 })).toEqual({});
  expect(newLinkSearch({ note: "x".repeat(999) }).note).toHaveLength(300);
});
