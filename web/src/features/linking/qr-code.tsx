import qrcode from "qrcode-generator";
import { useMemo } from "react";

const quiet = 4; // modules of white around a code, as the standard asks

/** A text as a QR code, drawn as one path. It is dark on white in both themes, since cameras want it so. */
export function QRCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-lg border border-line"
    >
      <path d={`M0 0H${size}V${size}H0Z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** The dark modules of a code as a path: one run of a row is one rectangle. */
export function drawn(text: string): { path: string; size: number } {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let row = 0; row < count; row++) {
    for (let from = 0; from < count; from++) {
      let to = from;
      while (to < count && code.isDark(row, to)) to++;
      if (to === from) continue;
      path += `M${from + quiet} ${row + quiet}h${to - from}v1h${from - to}z`;
      from = to;
    }
  }
  return { path, size: count + 2 * quiet };
}
