import { expect, it } from "vitest";
import { changesOf, tallyOf } from "./tally";

it("says what changed, and that nothing did", () => {
  expect(changesOf({ added: 1200, updated: 0, gone: 3 })).toBe("1,200 new, 3 gone");
  expect(changesOf({ added: 0, updated: 0, gone: 0 })).toBe("nothing changed");
});

it("compares with Audible's count only where there is one", () => {
  expect(tallyOf({ item_count: 718, audible_count: 718 })).toBe(
    "718 titles, the same as Audible counts",
  );
  expect(tallyOf({ item_count: 717, audible_count: 718 })).toBe("717 here, 718 by Audible's count");
  expect(tallyOf({ item_count: 717, audible_count: -1 })).toBe("717 titles");
});
