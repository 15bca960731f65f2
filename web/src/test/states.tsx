import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { broken, never, openAt, type Recorded } from "./recorded";

type States = {
  address: string;
  /** The call that the page can't do without. */
  call: string;
  /** Answers for an empty server, and words that say what to do there; left out where nothing can be empty. */
  empty?: { recorded: Recorded; words: string | RegExp };
  /** Answers for a full one, and words that are then there. */
  full: { recorded: Recorded; words: string | RegExp };
};

/** Holds a page to its four states: loading, an error with a way on, empty with a way on, full. */
export function fourStates({ address, call, empty, full }: States) {
  describe("the four states", () => {
    it("says that it loads", async () => {
      openAt(address, { ...full.recorded, [call]: never });
      expect(await screen.findByText("Loading")).toBeInTheDocument();
    });

    it("says what went wrong, and tries again", async () => {
      let answer: unknown = broken;
      openAt(address, { ...full.recorded, [call]: () => answer });
      const again = await screen.findByText("Try again");
      expect(screen.getByRole("alert")).toHaveTextContent("Something broke on the server.");
      expect(screen.getByRole("alert")).toHaveTextContent("req-7");
      answer = full.recorded[call];
      again.click();
      expect((await screen.findAllByText(full.words))[0]).toBeInTheDocument();
    });

    if (empty) {
      it("says why it is empty and what to do", async () => {
        openAt(address, empty.recorded);
        expect(await screen.findByText(empty.words)).toBeInTheDocument();
      });
    }

    it("shows what there is", async () => {
      openAt(address, full.recorded);
      expect((await screen.findAllByText(full.words))[0]).toBeInTheDocument();
      expect(screen.queryByText("Loading")).not.toBeInTheDocument();
    });
  });
}
