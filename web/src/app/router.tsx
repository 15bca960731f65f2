import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { accountsQuery } from "@/api/account-queries";
import { meQuery, serverQuery } from "@/api/queries";
import {
  facetsQuery,
  libraryQuery,
  listeningQuery,
  newestQuery,
  timelineQuery,
} from "@/features/library/queries";
import { librarySearch } from "@/features/library/search";
import { linkSearch, newLinkSearch } from "@/features/linking/search";
import { continueQuery } from "@/features/next/queries";
import { nextSearch } from "@/features/next/search";
import { noticeSettingsQuery, noticesQuery } from "@/features/notices/queries";
import { factorsQuery } from "@/features/security/queries";
import { seriesSearch } from "@/features/series/search";
import { runsQuery } from "@/features/syncs/queries";
import { runsSearch } from "@/features/syncs/search";
import { isOwnPath } from "@/lib/own-path";
import { Crash, LoneCrash, Missing, Waiting } from "./failures";
import { Root } from "./root";
import { Shell } from "./shell/shell";
import { soon } from "./soon";

type Context = { queryClient: QueryClient };

const root = createRootRouteWithContext<Context>()({
  beforeLoad: async ({ context, location }) => {
    const server = await context.queryClient.ensureQueryData(serverQuery);
    if (server.set_up_needed && location.pathname !== "/setup") {
      throw redirect({ to: "/setup", hash: location.hash, replace: true });
    }
  },
  component: Root,
  errorComponent: LoneCrash,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === "string" && isOwnPath(search.next) ? { next: search.next } : {},
  component: lazyRouteComponent(() => import("@/routes/sign-in"), "SignInPage"),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  beforeLoad: async ({ context }) => {
    const server = await context.queryClient.ensureQueryData(serverQuery);
    if (!server.set_up_needed) throw redirect({ to: "/", replace: true });
  },
  component: lazyRouteComponent(() => import("@/routes/set-up"), "SetUpPage"),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("@/routes/forgot-password"), "ForgotPasswordPage"),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("@/routes/reset-password"), "ResetPasswordPage"),
});

const confirmAddress = createRoute({
  getParentRoute: () => root,
  path: "/confirm-address",
  component: lazyRouteComponent(() => import("@/routes/confirm-address"), "ConfirmAddressPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: lazyRouteComponent(() => import("@/routes/register"), "RegisterPage"),
});

const returned = createRoute({
  getParentRoute: () => root,
  path: "/returned",
  component: lazyRouteComponent(() => import("@/routes/returned"), "ReturnedPage"),
});

/** The pages of somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ context, location }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (!me) {
      const next = location.href === "/" ? {} : { next: location.href };
      throw redirect({ to: "/sign-in", search: next, replace: true });
    }
  },
  component: Shell,
  errorComponent: LoneCrash,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  loader: async ({ context: { queryClient } }) => {
    const me = queryClient.getQueryData(meQuery.queryKey);
    // What administrators are asked stands above all else, which must not jump.
    const asked = me?.is_admin && queryClient.prefetchQuery(factorsQuery);
    await soon(
      queryClient.prefetchQuery(accountsQuery),
      queryClient.prefetchQuery(continueQuery),
      queryClient.prefetchQuery(newestQuery),
      queryClient.prefetchQuery(timelineQuery),
      queryClient.prefetchQuery(listeningQuery),
    );
    await asked;
  },
  component: lazyRouteComponent(() => import("@/routes/home"), "HomePage"),
});
const library = createRoute({
  getParentRoute: () => inside,
  path: "/library",
  validateSearch: librarySearch,
  // Only the way here loads ahead; afterwards the page follows its filters itself.
  loader: ({ context: { queryClient }, location }) =>
    soon(
      queryClient.prefetchQuery(facetsQuery),
      queryClient.prefetchInfiniteQuery(libraryQuery(librarySearch(location.search))),
    ),
  shouldReload: false,
  component: lazyRouteComponent(() => import("@/routes/library"), "LibraryPage"),
});
const series = createRoute({
  getParentRoute: () => inside,
  path: "/series",
  validateSearch: seriesSearch,
  component: lazyRouteComponent(() => import("@/routes/series"), "SeriesPage"),
});
const oneSeries = createRoute({
  getParentRoute: () => inside,
  path: "/series/$id",
  component: lazyRouteComponent(() => import("@/routes/one-series"), "OneSeriesPage"),
});
const next = createRoute({
  getParentRoute: () => inside,
  path: "/next",
  validateSearch: nextSearch,
  component: lazyRouteComponent(() => import("@/routes/next"), "NextPage"),
});
const book = createRoute({
  getParentRoute: () => inside,
  path: "/books/$marketplace/$asin",
  component: lazyRouteComponent(() => import("@/routes/book"), "BookPage"),
});
const accounts = createRoute({
  getParentRoute: () => inside,
  path: "/accounts",
  component: lazyRouteComponent(() => import("@/routes/accounts"), "AccountsPage"),
});
const newLink = createRoute({
  getParentRoute: () => inside,
  path: "/accounts/link",
  validateSearch: newLinkSearch,
  component: lazyRouteComponent(() => import("@/routes/new-link"), "NewLinkPage"),
});
const link = createRoute({
  getParentRoute: () => inside,
  path: "/accounts/link/$id",
  validateSearch: linkSearch,
  component: lazyRouteComponent(() => import("@/routes/link"), "LinkPage"),
});
const syncRuns = createRoute({
  getParentRoute: () => inside,
  path: "/sync-runs",
  validateSearch: runsSearch,
  loader: ({ context: { queryClient }, location }) =>
    soon(
      queryClient.prefetchQuery(accountsQuery),
      queryClient.prefetchInfiniteQuery(runsQuery(runsSearch(location.search).account ?? "")),
    ),
  component: lazyRouteComponent(() => import("@/routes/sync-runs"), "SyncRunsPage"),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/routes/settings"), "SettingsPage"),
});
const notices = createRoute({
  getParentRoute: () => inside,
  path: "/notices",
  loader: ({ context: { queryClient } }) =>
    soon(queryClient.prefetchQuery(noticesQuery), queryClient.prefetchQuery(noticeSettingsQuery)),
  component: lazyRouteComponent(() => import("@/routes/notices"), "NoticesPage"),
});
const security = createRoute({
  getParentRoute: () => inside,
  path: "/security",
  component: lazyRouteComponent(() => import("@/routes/security"), "SecurityPage"),
});

const programs = createRoute({
  getParentRoute: () => inside,
  path: "/programs",
  component: lazyRouteComponent(() => import("@/routes/programs"), "ProgramsPage"),
});
const device = createRoute({
  getParentRoute: () => inside,
  path: "/device",
  component: lazyRouteComponent(() => import("@/routes/device"), "DevicePage"),
});
const proposals = createRoute({
  getParentRoute: () => inside,
  path: "/link-proposals/$id",
  component: lazyRouteComponent(() => import("@/routes/proposals"), "ProposalsPage"),
});
const apiReference = createRoute({
  getParentRoute: () => inside,
  path: "/api-reference",
  component: lazyRouteComponent(() => import("@/routes/api-reference"), "ApiPage"),
});

const admin = createRoute({
  getParentRoute: () => inside,
  path: "/admin",
  component: lazyRouteComponent(() => import("@/routes/admin"), "AdminPage"),
});

const people = createRoute({
  getParentRoute: () => inside,
  path: "/people",
  component: lazyRouteComponent(() => import("@/routes/people"), "PeoplePage"),
});

const tree = root.addChildren([
  signIn,
  setUp,
  forgot,
  reset,
  register,
  confirmAddress,
  returned,
  inside.addChildren([
    home,
    library,
    series,
    oneSeries,
    next,
    book,
    accounts,
    newLink,
    link,
    syncRuns,
    notices,
    settings,
    security,
    programs,
    device,
    proposals,
    apiReference,
    people,
    admin,
  ]),
]);

/** Makes the router over a cache; without a history it follows the browser's. */
export function newRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    history,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: Waiting,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
    getScrollRestorationKey: (location) => location.state.__TSR_key ?? location.pathname,
  });
}

export type Router = ReturnType<typeof newRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: Router;
  }
}
