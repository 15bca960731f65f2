import { Notices } from "@/features/server/notices";
import { Wordmark } from "@/ui/wordmark";
import { SignOut } from "./sign-out";

/** The notices, and on a phone the name and the way out. */
export function Banners() {
  return (
    <>
      <Notices />
      <header className="flex flex-wrap items-center justify-between border-line border-b px-4 py-2 lg:hidden">
        <Wordmark />
        <SignOut />
      </header>
    </>
  );
}
