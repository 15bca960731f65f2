import { expect, it } from "vitest";
import { isLoopback } from "./relay-address";

it.each([
  ["http://127.0.0.1:8080/r/x", true],
  ["http://localhost:8080/r/x", true],
  ["http://[::1]:8080/r/x", true],
  ["nonsense", true],
  ["http://192.168.1.5:8080/r/x", false],
  ["https://relay.example.org/r/x", false],
])("says of %s that a phone can%s", (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});
