"use client";

import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";

/** Says something in passing from anywhere in the browser: `toasts.add({ title, description, type, actionProps })`. */
export const toasts = Toast.createToastManager();

export function Toaster() {
  return (
    <Toast.Provider toastManager={toasts} timeout={6_000}>
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-4 bottom-4 z-50 mx-auto flex max-w-sm flex-col gap-2 sm:right-6 sm:left-auto sm:w-sm">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="group rounded-lg bg-raised text-sm shadow-float transition-[opacity,translate] duration-200 ease-out-soft data-ending-style:translate-y-2 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-3 py-3 pr-2 pl-4">
        <div className="min-w-0 flex-1">
          <Toast.Title className="leading-7 font-medium group-data-[type=error]:text-danger" />
          <Toast.Description className="text-ink-soft" />
        </div>
        <Toast.Action className="h-7 shrink-0 cursor-pointer rounded-md px-2 font-medium text-copper hover:bg-ink-wash pointer-coarse:h-9" />
        <Toast.Close
          aria-label="Dismiss"
          className="flex size-7 shrink-0 items-center justify-center rounded-md text-ink-quiet hover:bg-ink-wash hover:text-ink"
        >
          <X className="size-4" aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
