"use client";

import type { GenerationRequestInput } from "@mezzotint/contracts/generation";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { messageOf } from "#client/error-reason.ts";
import { useTRPC } from "#client/trpc.tsx";

/** Asks for more from a picture's page, and goes to where it will appear. */
export function useDrawAgain(): { readonly isAsking: boolean; ask(request: GenerationRequestInput): void } {
  const trpc = useTRPC();
  const router = useRouter();
  const request = useMutation(
    trpc.generation.request.mutationOptions({
      onSuccess: () => router.push("/generate"),
      onError: (error) => toasts.add({ type: "error", title: "Not possible now", description: messageOf(error) }),
    }),
  );
  return { isAsking: request.isPending, ask: request.mutate };
}
