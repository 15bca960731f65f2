import type { AccountCard, AccountLink, SyncRun } from "@/api/types";

export const run: SyncRun = {
  id: "r1",
  account_id: "a1",
  account_name: "Kim",
  marketplace: "us",
  kind: "delta",
  state: "done",
  started_at: "2026-03-10T10:00:00Z",
  ended_at: "2026-03-10T10:00:04Z",
  audible_count: 718,
  item_count: 717,
  added: 3,
  updated: 0,
  gone: 1,
  calls: 2,
};

export const running: SyncRun = {
  ...run,
  id: "r2",
  state: "running",
  started_at: "2026-03-10T12:00:00Z",
  ended_at: undefined,
  done: 250,
  total: 1000,
  added: 0,
  gone: 0,
};

export const healthy: AccountCard = {
  id: "a1",
  name: "Kim",
  marketplace: "us",
  device_name: "Kim's AudiPy",
  shared_device: false,
  state: "healthy",
  condition: "valid",
  linked_at: "2026-01-10T10:00:00Z",
  sign_ins: 1,
  token: { can_refresh: true, can_sign: true, renewals: 163, refreshed_at: "2026-03-10T10:00:00Z" },
  forecast: { reason: "The registration doesn't run out." },
  budget: { left_today: 4988, daily: 5000, slowed: false },
  sync_interval_minutes: 360,
  stores: [{ marketplace: "us", item_count: 718, audible_count: 718 }],
};

export const dead: AccountCard = {
  ...healthy,
  id: "a2",
  name: "Household",
  marketplace: "de",
  state: "needs_sign_in",
  state_reason: "Amazon no longer accepts the sign-in.",
  next_step: "Sign in again.",
  token: { can_refresh: false, can_sign: false, renewals: 12 },
};

export const pending: AccountLink = {
  id: "l1",
  door: "guided",
  marketplace: "de",
  expires_at: "2099-01-01T00:00:00Z",
  step: "credentials",
  sign_in_url: "https://www.amazon.de/ap/signin",
  question: {
    fields: [
      { name: "login", kind: "text", label: "E-mail, phone or user name" },
      { name: "password", kind: "password", label: "Password" },
    ],
  },
};
