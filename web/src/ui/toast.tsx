import { Toast } from "@base-ui/react/toast";
import { t } from "@/strings";
import { Icon } from "./icon";

const manager = Toast.createToastManager();

/** Says in a corner, for some seconds, that something was done. */
export function toast(title: string, description?: string) {
  manager.add({ title, description });
}

/** Where toasts appear; once per application. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} timeout={6000} limit={3}>
      <Toast.Portal>
        <Toast.Viewport
          aria-label={t.shell.toasts}
          className="fixed inset-x-4 bottom-20 z-60 flex flex-col gap-2 sm:right-6 sm:bottom-6 sm:left-auto sm:w-88"
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((one) => (
    <Toast.Root
      key={one.id}
      toast={one}
      swipeDirection={["right", "down"]}
      className="rounded-xl border border-line bg-surface shadow-float transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0 data-limited:hidden"
    >
      <Toast.Content className="flex items-start gap-3 p-4">
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-semibold text-base" />
          <Toast.Description className="text-muted text-sm" />
        </div>
        <Toast.Close
          aria-label={t.common.close}
          className="-m-1 grid size-8 place-items-center rounded-lg text-muted hover:text-ink"
        >
          <Icon name="close" className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
