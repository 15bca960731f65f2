import type { Activity, Factors, Me, Server, SessionRow } from "@/api/types";

export const server: Server = {
  set_up_needed: false,
  simulated: false,
  insecure: false,
  signed_in: true,
  password_min: 15,
  providers: [],
  passkeys: true,
  registration: "invite-only",
};

export const me: Me = {
  id: "u1",
  name: "Kim",
  email: "kim@example.org",
  is_admin: true,
  session: {
    id: "s1",
    signed_in_at: "2026-03-10T10:00:00Z",
    idle_until: "2026-03-24T10:00:00Z",
    ends_at: "2026-06-08T10:00:00Z",
    remembered: true,
  },
};

export const sessions: { items: SessionRow[] } = {
  items: [
    {
      id: "s2",
      user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
      device: "",
      address: "192.168.1.9",
      signed_in_at: "2026-03-01T10:00:00Z",
      last_seen_at: "2026-03-09T10:00:00Z",
      is_current: false,
    },
    {
      id: "s1",
      user_agent: "curl/8.5.0",
      device: "",
      address: "192.168.1.5",
      signed_in_at: "2026-03-10T10:00:00Z",
      last_seen_at: "2026-03-10T12:00:00Z",
      is_current: true,
    },
  ],
};

export const factors: Factors = {
  authenticator: {
    added_at: "2026-02-01T10:00:00Z",
    last_used_at: "2026-03-10T10:00:00Z",
    suspended: false,
  },
  passkeys: [
    { id: "p1", name: "Kim's phone", host: "localhost", added_at: "2026-02-02T10:00:00Z" },
    {
      id: "p2",
      name: "An old one",
      host: "books.example",
      added_at: "2026-01-02T10:00:00Z",
      last_used_at: "2026-01-03T10:00:00Z",
    },
  ],
  recovery_codes_left: 2,
  wanted: false,
};

export const activity: { items: Activity[] } = {
  items: [
    { seq: 2, at: "2026-03-10T10:00:00Z", action: "session_refused", outcome: "denied" },
    {
      seq: 1,
      at: "2026-03-10T09:00:00Z",
      action: "sync_applied",
      outcome: "ok",
      counts: { added: 3 },
    },
  ],
};
