import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import axe from "axe-core";
import { expect, onTestFinished, vi } from "vitest";
import { newQueryClient } from "@/app/query-client";
import { newRouter } from "@/app/router";
import { listenForKeys } from "@/app/shell/keys";

/** What the server says to a request: a body, a problem, or nothing for ever. */
export type Answer = { status: number; body?: unknown } | "never";
/** Called with the query and the body of the request. */
export type Answers = Record<string, (query: URLSearchParams, body: unknown) => Answer>;

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { status, code, ...more },
});

export const me = {
  id: "u1",
  name: "Robin",
  email: "robin@example.org",
  is_admin: true,
  session: { id: "s1", signed_in_at: "2026-11-29T08:00:00Z", remembered: true },
};

/** A server where Robin is signed in and nothing else is. */
export const signedIn: Answers = {
  "GET /server": () =>
    ok({
      set_up_needed: false,
      simulated: false,
      insecure: false,
      signed_in: true,
      password_min: 15,
      providers: [],
    }),
  "GET /me": () => ok(me),
  "GET /me/factors": () => ok({ passkeys: [], recovery_codes_left: 0 }),
  "GET /accounts": () => ok({ items: [] }),
  "GET /elsewhere": () =>
    ok({ titles: 0, in_library: 0, unknown: 0, sure: 0, likely: 0, matches: [] }),
};

/** Starts the whole application at an address, with a server that answers so. */
export function open(address: string, answers: Answers) {
  const requests: string[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const name = `${init.method} ${pathname.replace("/api/v1", "")}`;
    requests.push(`${name}${searchParams.size ? `?${searchParams}` : ""}`);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const answer = answers[name]?.(searchParams, body) ?? problem(404, "not_found");
    if (answer === "never") return new Promise(() => {});
    return new Response(answer.body === undefined ? null : JSON.stringify(answer.body), {
      status: answer.status,
      headers: { "Content-Type": "application/json" },
    });
  });
  const queryClient = newQueryClient(() => void router.invalidate());
  queryClient.setDefaultOptions({ queries: { retry: false } });
  const router = newRouter(queryClient, createMemoryHistory({ initialEntries: [address] }));
  onTestFinished(listenForKeys(router, document));
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { router, queryClient, requests };
}

/** What only a real browser can judge: colours, and which navigation is shown. */
const notHere = ["color-contrast", "landmark-no-duplicate-banner", "landmark-unique", "region"];

/** Expects that axe finds nothing. */
export async function expectAccessible() {
  const rules = Object.fromEntries(notHere.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(document.body, { rules });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}
