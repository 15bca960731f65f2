import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "@/api/types";
import { clearMark, setMark } from "./queries";

/** A mark that was just made and can be taken back. */
export type Marked = {
  product: Product;
  /** Until when it is put off; absent where it was dismissed. */
  until?: string;
  /** The person has the work outside of Audible. */
  elsewhere?: boolean;
};

/** Dismissing and putting off, with the last three of them to undo. */
export function useMarks() {
  const queries = useQueryClient();
  const [marked, setMarked] = useState<readonly Marked[]>([]);
  const refresh = () =>
    Promise.all(
      ["suggestions", "series", "books"].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );

  const mark = useMutation({
    mutationFn: ({ product, until, elsewhere }: Marked) =>
      setMark(product.marketplace, product.asin, { until, elsewhere }),
    onSuccess: (_, done) => {
      setMarked((before) => [done, ...before].slice(0, 3));
      return refresh();
    },
  });
  const undo = useMutation({
    mutationFn: ({ product }: Marked) => clearMark(product.marketplace, product.asin),
    onSuccess: (_, undone) => {
      setMarked((before) => before.filter((one) => one.product.asin !== undone.product.asin));
      return refresh();
    },
  });
  return {
    marked,
    mark: mark.mutate,
    undo: undo.mutate,
    busy: mark.isPending || undo.isPending,
    error: mark.error ?? undo.error,
  };
}
