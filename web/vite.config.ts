import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// AUDIPY_SERVER is where `npm run dev` sends the API's calls.
const server = process.env.AUDIPY_SERVER ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), tailwind()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2022",
    // These know light-dark(), which the theme is written with.
    cssTarget: ["chrome125", "firefox128", "safari18"],
    // The policy forbids data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // dist/.gitkeep, which the Go side needs on a clean clone, comes from public.
    emptyOutDir: true,
  },
  server: { proxy: { "/api": server } },
  test: {
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: { name: "plain", include: ["src/**/*.test.ts"], environment: "node" },
      },
      {
        extends: true,
        test: {
          name: "pages",
          include: ["src/**/*.test.tsx"],
          environment: "jsdom",
          setupFiles: ["src/test/setup.ts"],
          css: false,
          testTimeout: 60_000,
        },
      },
    ],
  },
});
