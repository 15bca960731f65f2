/** Says that something goes on elsewhere, with a light that breathes. */
export function Waiting({ text }: { text: string }) {
  return (
    <p role="status" className="flex items-center gap-3 font-medium">
      <span className="size-2.5 animate-pulse rounded-full bg-accent" aria-hidden="true" />
      {text}
    </p>
  );
}
