import { useState } from "react";
import { classes } from "@/lib/classes";

export type CoverSize = "small" | "medium" | "large";

type Props = {
  /** The address of our own cover route; without it the cover is drawn. */
  src: string | undefined;
  title: string;
  author?: string;
  /** Which of the server's sizes to ask for: about 120, 300 and 500 pixels. */
  size?: CoverSize;
  /** For what is on the screen at once; other covers load when they come near. */
  eager?: boolean;
  className?: string;
};

const lettering: Record<CoverSize, string> = {
  small: "p-[8%] text-[0.5rem] leading-tight",
  medium: "p-[9%] text-sm leading-snug",
  large: "p-[9%] text-xl leading-snug",
};

/**
 * A square cover, which stands beside its title and so has no name of its own.
 * Where there is no picture, it is a cloth binding with the title on it.
 */
export function Cover({ src, title, author, size = "medium", eager = false, className }: Props) {
  const [failed, setFailed] = useState<string>();
  const address = src && `${src}${src.includes("?") ? "&" : "?"}size=${size}`;
  const picture = address && failed !== address;
  return (
    <div
      className={classes(
        "relative aspect-square overflow-hidden rounded-[3px]",
        size === "small" ? "shadow-card" : "shadow-book",
        picture ? "bg-sunken" : `cloth-${cloth(title)}`,
        className,
      )}
    >
      {picture ? (
        <img
          src={address}
          alt=""
          width="300"
          height="300"
          loading={eager ? "eager" : "lazy"}
          decoding="async"
          onError={() => setFailed(address)}
          className="size-full object-cover"
        />
      ) : (
        <Binding title={title} author={author} size={size} />
      )}
    </div>
  );
}

function Binding({ title, author, size }: { title: string; author?: string; size: CoverSize }) {
  return (
    <div
      aria-hidden="true"
      className={classes("absolute inset-0 flex text-[#f6ecd9]", lettering[size])}
    >
      <span className="absolute inset-y-0 left-0 w-[5%] bg-black/15" />
      <span className="absolute inset-[4%] left-[8%] border border-current opacity-30" />
      <span className="flex min-w-0 flex-1 flex-col justify-between pl-[4%]">
        <span className="line-clamp-4 font-semibold font-serif">{title}</span>
        {author && size !== "small" && (
          <span className="truncate text-[0.75em] opacity-85">{author}</span>
        )}
      </span>
    </div>
  );
}

/** One of the eight cloths, always the same for one title. */
function cloth(title: string): number {
  let sum = 0;
  for (const letter of title) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % 8;
}
