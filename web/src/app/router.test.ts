import { expect, test } from "vitest";
import { isOwnPath } from "@/lib/own-path";

test("only paths of this application are followed after signing in", () => {
  for (const path of ["/", "/library?search=a%20b", "/books/de/B01#x"]) {
    expect(isOwnPath(path), path).toBe(true);
  }
  for (const address of [
    "",
    "library",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\tevil",
    "/a\\b",
    " /library",
  ]) {
    expect(isOwnPath(address), address).toBe(false);
  }
});
