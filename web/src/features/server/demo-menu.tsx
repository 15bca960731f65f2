import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { t } from "@/strings";
import { Menu } from "@/ui/menu";
import { problemText } from "@/ui/states";
import { toast } from "@/ui/toast";

const words = t.shell.demo;

/** What a simulated server can be made to go through. */
const happenings = ["prices-fall", "token-dies", "title-appears"] as const;

/** Lets something happen at the made-up Amazon, and shows it on the page. */
export function DemoMenu() {
  const queries = useQueryClient();
  const happen = useMutation({
    mutationFn: (name: (typeof happenings)[number]) => api.post<{ text: string }>(`/demo/${name}`),
    onSuccess: ({ text }) => {
      toast(words.done, text);
      return queries.invalidateQueries();
    },
    onError: (error) => toast(words.failed, problemText(error)),
  });
  return (
    <Menu
      small
      label={happen.isPending ? words.busy : words.open}
      actions={happenings.map((name) => ({
        label: words.happenings[name],
        disabled: happen.isPending,
        onSelect: () => happen.mutate(name),
      }))}
    />
  );
}
