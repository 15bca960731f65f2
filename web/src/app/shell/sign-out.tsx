import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api } from "@/api/client";
import { hasCode, isSignedOut } from "@/api/problem";
import { forget } from "@/app/query-client";
import { t } from "@/strings";
import { Icon } from "@/ui/icon";
import { toast } from "@/ui/toast";

/**
 * Ends the session. What the page knows is dropped even when the server can't
 * be reached; then the person is told that the session itself lives on.
 */
export function SignOut() {
  const client = useQueryClient();
  const router = useRouter();
  const signOut = useMutation({
    mutationFn: () => api.delete("/session"),
    onSettled: async (_, error) => {
      if (error && !isSignedOut(error)) {
        if (!hasCode(error, "offline")) return toast(t.common.errorTitle);
        toast(t.shell.signedOutHere.title, t.shell.signedOutHere.text);
      }
      forget(client);
      await router.navigate({ to: "/sign-in" });
    },
  });
  return (
    <button
      type="button"
      onClick={() => signOut.mutate()}
      disabled={signOut.isPending}
      className="flex min-h-10 items-center gap-3 rounded-lg px-3 font-medium text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon name="signOut" />
      {t.shell.signOut}
    </button>
  );
}
