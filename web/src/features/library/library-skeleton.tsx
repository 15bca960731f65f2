import { Loading } from "@/ui/states";
import { TitleCardSkeleton } from "./title-card";
import { TitleRowHead, TitleRowSkeleton } from "./title-row";

const places = Array.from({ length: 18 }, (_, place) => place);

/** The library before its first titles, in the shape they will have. */
export function LibrarySkeleton({ table }: { table: boolean }) {
  if (table) {
    return (
      <Loading>
        <TitleRowHead />
        {places.map((place) => (
          <div key={place} className="h-19">
            <TitleRowSkeleton />
          </div>
        ))}
      </Loading>
    );
  }
  return (
    <Loading>
      <div className="grid grid-cols-3 gap-x-3 sm:grid-cols-[repeat(auto-fill,minmax(140px,1fr))] sm:gap-x-5">
        {places.map((place) => (
          <div key={place} className="pb-[42px]">
            <TitleCardSkeleton />
          </div>
        ))}
      </div>
    </Loading>
  );
}
