import { api } from "@/api/client";
import type { AccountCard, Renewal, Unlinked } from "@/api/types";

const path = (id: string) => `/accounts/${encodeURIComponent(id)}`;

export const renew = (id: string) => api.post<Renewal>(`${path(id)}/renew`);
export const syncNow = (id: string, full: boolean) =>
  api.post(`${path(id)}/sync`, full ? { full } : {});
export const cancelSync = (id: string) => api.post(`${path(id)}/sync/cancel`);
export const setInterval = (id: string, minutes: number) =>
  api.patch<AccountCard>(path(id), { sync_interval_minutes: minutes });

/** A sign-in to be kept; understood says that the person wants that. */
export type PasswordToStore = { login: string; password: string; understood: boolean };
export type SeedToStore = { seed: string; understood: boolean };
export const storePassword = (id: string, what: PasswordToStore) =>
  api.put<AccountCard>(`${path(id)}/stored-password`, what);
export const forgetPassword = (id: string) =>
  api.delete<AccountCard>(`${path(id)}/stored-password`);
export const storeSeed = (id: string, what: SeedToStore) =>
  api.put<AccountCard>(`${path(id)}/stored-seed`, what);
export const forgetSeed = (id: string) => api.delete<AccountCard>(`${path(id)}/stored-seed`);

/** What goes along with a link. */
export type UnlinkChoices = { sign_out_shared: boolean; forget_library: boolean };
export const unlink = (id: string, choices: UnlinkChoices) =>
  api.post<Unlinked>(`${path(id)}/unlink`, choices);
