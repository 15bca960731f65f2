import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { AdminStatus } from "@/api/types";
import { openAt } from "@/test/recorded";
import { me } from "@/test/recorded/people";
import { fourStates } from "@/test/states";

const status: AdminStatus = {
  version: "0.3.0",
  database: "sqlite",
  budget: { instance: { left_today: 4000, daily: 5000, slowed: true } },
  backups: { enabled: false },
  jobs: [
    { kind: "sync", key: "a1", due_at: "2026-03-10T12:00:00Z", state: "waiting", attempts: 2 },
  ],
};

fourStates({
  address: "/admin",
  call: "GET /admin/status",
  empty: {
    recorded: { "GET /admin/status": { ...status, jobs: [] } },
    words: "Nothing is waiting.",
  },
  full: { recorded: { "GET /admin/status": status }, words: "Sync a library" },
});

it("asks nothing for somebody who isn't an administrator", async () => {
  const { calls } = openAt("/admin", { "GET /me": { ...me, is_admin: false } });
  expect(await screen.findByText("For administrators")).toBeInTheDocument();
  expect(calls.some((call) => call.path === "/admin/status")).toBe(false);
});

it("says when a backup was written and tried, and that the last attempt failed", async () => {
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000 - 60_000).toISOString();
  const backups = { enabled: true, written_at: ago(1), tried_at: ago(5), failed_at: ago(2) };
  openAt("/admin", { "GET /admin/status": { ...status, backups } });
  expect(await screen.findByText("yesterday")).toBeInTheDocument();
  expect(screen.getByText("5 days ago")).toBeInTheDocument();
  expect(screen.getByText(/The last attempt failed 2 days ago/)).toBeInTheDocument();
});
