import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Me } from "@/api/types";
import { expectAccessible } from "@/test/app";
import { openAt, Status } from "@/test/recorded";
import { activity, factors, me, sessions } from "@/test/recorded/people";

it("asks an administrator for a second factor until that is put off", async () => {
  let wanted = true;
  openAt("/", {
    "GET /accounts": { items: [] },
    "GET /me/factors": () => ({ passkeys: [], recovery_codes_left: 0, wanted }),
    "POST /me/factors/postpone": () => {
      wanted = false;
      return new Status(204);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Later" }));
  await waitFor(() => expect(screen.queryByText("Protect this server")).not.toBeInTheDocument());
});

it("says that factors are to be taken away, and keeps them", async () => {
  const { calls } = openAt("/security", {
    "GET /sessions": sessions,
    "GET /activity": activity,
    "GET /me/factors": { ...factors, removal_at: "2026-03-11T10:00:00Z" },
    "DELETE /me/factors/removal": new Status(204),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Keep them" }));
  await waitFor(() => expect(calls.some((call) => call.method === "DELETE")).toBe(true));
});

it("says on every page that factors are to go, until they are kept", async () => {
  const at = "2026-03-11T10:00:00Z";
  let now: Me = { ...me, factors_end_at: at };
  openAt("/", {
    "GET /me": () => now,
    "GET /accounts": { items: [] },
    "GET /sessions": sessions,
    "GET /activity": activity,
    "GET /me/factors": () => ({ ...factors, removal_at: now.factors_end_at }),
    "DELETE /me/factors/removal": () => {
      now = me;
      return new Status(204);
    },
  });
  const keep = await screen.findByRole("link", { name: "Keep them" });
  await expectAccessible();
  await userEvent.click(keep);
  await userEvent.click(await screen.findByRole("button", { name: "Keep them" }));
  await waitFor(() => expect(screen.queryByRole("link", { name: "Keep them" })).toBeNull());
});
