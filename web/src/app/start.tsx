import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { followAppearance } from "@/lib/appearance";
import { newQueryClient } from "./query-client";
import { newRouter } from "./router";
import { listenForKeys } from "./shell/keys";
import { registerWorker } from "./worker";

followAppearance(document.documentElement);

const queryClient = newQueryClient(() => void router.invalidate());
const router = newRouter(queryClient);

// Whoever comes from another page starts at the new page's name.
router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
  if (fromLocation && pathChanged) {
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }
});
listenForKeys(router, document);
registerWorker();

const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
