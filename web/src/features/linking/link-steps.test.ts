import { describe, expect, it } from "vitest";
import {
  fieldShape,
  isWaiting,
  type LinkPlace,
  type LinkScreen,
  looksLikeFinalAddress,
  screenOf,
  timeLeft,
  trail,
} from "./link-steps";

function link(place: Partial<LinkPlace>): LinkPlace {
  return {
    door: "guided",
    step: "credentials",
    sign_in_url: "https://www.amazon.com/ap/signin",
    ...place,
  };
}
const question = { fields: [{ name: "code" as const, kind: "code" as const, label: "Code" }] };

describe("screenOf", () => {
  it.each<[string, Partial<LinkPlace>, LinkScreen]>([
    ["a question", { step: "otp", question }, "question"],
    ["an approval", { step: "approval" }, "approval"],
    ["a registration", { step: "registering" }, "registering"],
    ["the browser door", { door: "browser", step: "browser" }, "browser"],
    [
      "a form that can't go on",
      { step: "browser", reason: "Amazon wants a passkey.", question },
      "browser",
    ],
    ["a relay", { door: "relay", step: "relay" }, "relay"],
    [
      "a relay that can't go on",
      { door: "relay", step: "browser", reason: "Amazon wants a passkey." },
      "browser",
    ],
    ["the account's name", { door: "relay", step: "confirm" }, "confirm"],
    ["the end", { step: "expired" }, "ended"],
    ["a step nobody knows", { step: "dance" }, "browser"],
    ["a step nobody knows without an address", { step: "dance", sign_in_url: undefined }, "ended"],
  ])("shows %s", (_, place, screen) => {
    expect(screenOf(link(place))).toBe(screen);
  });
});

describe("isWaiting", () => {
  it("asks again only where something happens elsewhere", () => {
    expect(isWaiting(link({ door: "relay", step: "browser" }))).toBe(true);
    expect(isWaiting(link({ step: "approval" }))).toBe(true);
    expect(isWaiting(link({ step: "otp", question }))).toBe(false);
    expect(isWaiting(link({ door: "relay", step: "confirm" }))).toBe(false);
  });
});

describe("trail", () => {
  it("has what lies behind, the place, and what lies ahead", () => {
    expect(trail("sign-in").map((s) => s.state)).toEqual(["past", "past", "here", "ahead"]);
  });
});

describe("fieldShape", () => {
  it("hides passwords and keeps them out of this site's password store", () => {
    expect(fieldShape("password")).toEqual({
      type: "password",
      autoComplete: "off",
      inputMode: "text",
    });
  });

  it("lets a phone offer the code that just came", () => {
    expect(fieldShape("code").autoComplete).toBe("one-time-code");
  });
});

describe("timeLeft", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  it("counts down to zero and stays there", () => {
    expect(timeLeft("2026-03-10T12:09:05Z", now)).toEqual({ minutes: 9, seconds: 5 });
    expect(timeLeft("2026-03-10T11:00:00Z", now)).toEqual({ minutes: 0, seconds: 0 });
    expect(timeLeft("soon", now)).toEqual({ minutes: 0, seconds: 0 });
  });
});

describe("looksLikeFinalAddress", () => {
  it.each([
    ["https://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=ANx&x=1", true],
    ["  https://www.amazon.de/ap/maplanding?openid.oa2.authorization_code=ANx ", true],
    ["https://www.amazon.com/ap/signin", false],
    ["http://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=ANx", false],
    ["ANx", false],
  ])("judges %s as %s", (text, good) => {
    expect(looksLikeFinalAddress(text)).toBe(good);
  });
});
