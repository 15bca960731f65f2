import type { JSX } from "react";
import { classes } from "@/lib/classes";

const shapes = {
  home: <path d="M3.5 10.5 12 3.5l8.5 7v9a1 1 0 0 1-1 1h-5v-6h-5v6h-5a1 1 0 0 1-1-1z" />,
  library: (
    <path d="M4.5 4.5v15M9 4.5v15M13 5.2l4.6 14.3M4.5 4.5H9v15H4.5zM13 5.2l3.4-1.1 4.6 14.3-3.4 1.1z" />
  ),
  series: <path d="M7 4h12.5v13H7zM4.5 7v13H17M10.5 8h5.5M10.5 11.5h5.5" />,
  next: <path d="m12 3.5 2.5 5.4 5.9.7-4.4 4 1.2 5.9-5.2-3-5.2 3L8 13.6l-4.4-4 5.9-.7z" />,
  accounts: (
    <path d="M9.5 14.5 14.5 9.500M8 11l-2.6 2.600a3.7 3.7 0 0 0 5.2 5.200L13 16.500M11 7.500l2.4-2.300a3.7 3.7 0 0 1 5.2 5.200L16 13" />
  ),
  syncs: (
    <path d="M19.5 9A8 8 0 0 0 5.3 7.500L3.5 9.500M3.5 4.500v5h5M4.5 15a8 8 0 0 0 14.2 1.500l1.8-2M20.5 19.500v-5h-5" />
  ),
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5" />,
  security: (
    <path d="M12 3.5 5 6v5.500c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6zM9 12l2.2 2.200L15.2 10" />
  ),
  people: (
    <path d="M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-3.500 3-5.500 6.500-5.500s6.100 2 6.500 5.500M15.5 5a3.3 3.3 0 0 1 0 6.300M17.5 14.800c2.300.7 3.700 2.500 4 5.200" />
  ),
  admin: <path d="M4 5h16v11H4zM9 20h6M12 16v4M8 12l2.5-3 2 2L16 8.5" />,
  bell: <path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.5 1.500h-15zM10 20.500h4" />,
  more: <path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="2.6" />,
  signOut: (
    <path d="M14 4.500H6a1.5 1.5 0 0 0-1.5 1.500v12A1.5 1.5 0 0 0 6 19.500h8M17 8.500l3.5 3.500L17 15.500M20 12H10" />
  ),
  search: <path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.500l5 5" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  check: <path d="m5 12.5 4.5 4.500L19 7" />,
  chevron: <path d="m7 10 5 5 5-5" />,
  left: <path d="m14 6-6 6 6 6" />,
  right: <path d="m10 6 6 6-6 6" />,
  warning: <path d="M12 4 2.8 20h18.400zM12 10v4.500M12 17.400v.1" />,
  info: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5M12 7.900v.1" />,
  eye: (
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.800a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.600Z" />
  ),
  eyeOff: (
    <path d="M4 4l16 16M9.5 5.900A9.7 9.7 0 0 1 12 5.500c6 0 9.5 6.5 9.5 6.500a17 17 0 0 1-3 3.600M6.3 7.600A16 16 0 0 0 2.5 12S6 18.5 12 18.500a9.5 9.5 0 0 0 4.3-1" />
  ),
  grid: (
    <path d="M4 4h6.500v6.500H4zM13.5 4H20v6.500h-6.500zM4 13.500h6.500V20H4zM13.5 13.500H20V20h-6.500z" />
  ),
  table: <path d="M4 6h16M4 12h16M4 18h16" />,
  filter: <path d="M4 6h16M7 12h10M10 18h4" />,
  download: <path d="M12 4v11M7.5 11 12 15.500l4.5-4.500M4.5 20h15" />,
  external: (
    <path d="M14 4.500h5.500V10M19.5 4.5 11 13M17 14v4.500a1 1 0 0 1-1 1H5.500a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1H10" />
  ),
  keyboard: <path d="M3 6.500h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8" />,
  terminal: <path d="M3.5 5h17v14h-17zM7 9.500l3 2.500-3 2.500M12.5 15h4" />,
  clock: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2" />,
  plus: <path d="M12 5v14M5 12h14" />,
  book: (
    <path d="M5 5.500A1.5 1.5 0 0 1 6.5 4H19v16H6.500A1.5 1.5 0 0 1 5 18.500zM5 18a1.5 1.5 0 0 1 1.5-1.500H19" />
  ),
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof shapes;

/** A drawn sign beside a word. It has no name of its own: the word says it. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={classes("shrink-0", className ?? "size-5")}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
