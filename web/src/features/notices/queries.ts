import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Notice, NoticeSettings } from "@/api/types";

/** What the person was told, the latest first. */
export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => api.get<{ items: Notice[] }>("/notices", { signal }),
});

/** When and where the person is told what. */
export const noticeSettingsQuery = queryOptions({
  queryKey: ["notice-settings"],
  queryFn: ({ signal }) => api.get<NoticeSettings>("/notices/settings", { signal }),
});
