import qrcode from "qrcode-generator";
import { expect, it } from "vitest";
import { drawn } from "./qr-code";

it("covers exactly the dark modules", () => {
  const text = "http://127.0.0.1:8080/r/0123456789abcdef0123456789abcdef";
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const { path, size } = drawn(text);
  expect(size).toBe(code.getModuleCount() + 8);

  const dark = new Set<string>();
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(length); i++) dark.add(`${Number(x) + i} ${y}`);
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const inside = row >= 4 && column >= 4 && row < size - 4 && column < size - 4;
      expect(dark.has(`${column} ${row}`)).toBe(inside && code.isDark(row - 4, column - 4));
    }
  }
});
