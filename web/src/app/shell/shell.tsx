import { Outlet } from "@tanstack/react-router";
import { useLive } from "@/api/use-live";
import { StepUpProvider } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Banners } from "./banners";
import { BottomBar } from "./bottom-bar";
import { KeysDialog } from "./keys-dialog";
import { Sidebar } from "./sidebar";

/** What stands around every page of somebody who is signed in. */
export function Shell() {
  // One connection for every page: what the server says goes into the cache.
  useLive();
  return (
    <StepUpProvider>
      <a
        href="#page"
        className="absolute top-2 left-2 z-60 -translate-y-20 rounded-lg bg-accent px-4 py-2.5 font-semibold text-on-accent focus:translate-y-0"
      >
        {t.shell.skip}
      </a>
      <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
        <Sidebar />
        <div className="flex min-h-dvh flex-col pb-20 lg:pb-0">
          <Banners />
          <main
            id="page"
            tabIndex={-1}
            className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 outline-none sm:px-8 sm:py-9"
          >
            <Outlet />
          </main>
        </div>
        <BottomBar />
      </div>
      <KeysDialog />
    </StepUpProvider>
  );
}
