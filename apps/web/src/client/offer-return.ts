import { toasts } from "@mezzotint/ui/toast";

/** How long the way back is offered. */
const BRING_BACK_MS = 15_000;

/** Says that something is gone, and how to have it back. */
export function offerReturn(title: string, bringBack: () => void): void {
  const toastId = toasts.add({
    title,
    timeout: BRING_BACK_MS,
    actionProps: {
      children: "Bring it back",
      onClick() {
        toasts.close(toastId);
        bringBack();
      },
    },
  });
}
