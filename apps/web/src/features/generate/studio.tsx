"use client";

import type { GenerationView, ImageDetailView } from "@mezzotint/contracts/generation";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect, useRef, type FormEvent } from "react";
import { messageOf } from "#client/error-reason.ts";
import { focusInvalid } from "#client/focus-invalid.ts";
import { useTRPC } from "#client/trpc.tsx";
import { EmptyFeed } from "./empty-feed.tsx";
import { FeedList, FeedSkeleton } from "./feed.tsx";
import { describeChanges } from "./form-changes.ts";
import { formFromFile, formFromRecipe, parseForm, type GenerateForm } from "./form-state.ts";
import { StudioForm } from "./studio-form.tsx";
import { useFeed } from "./use-feed.ts";
import { useGenerateForm } from "./use-generate-form.ts";
import { useSource } from "./use-source.ts";

const MODELS_REFRESH_MS = 10_000;

export interface StudioProps {
  /** The picture whose settings were asked for. */
  readonly reused: ImageDetailView | null;
  /** The picture to start from. */
  readonly startImageId: string | null;
  readonly userId: string;
}

/** The page where pictures are made: the form at one side, what came of it at the other. */
export function Studio({ reused, startImageId, userId }: StudioProps) {
  const trpc = useTRPC();
  const { data: models } = useSuspenseQuery({
    ...trpc.model.list.queryOptions(),
    refetchInterval: MODELS_REFRESH_MS,
  });
  const state = useGenerateForm(models, { reused, userId });
  const source = useSource(state);
  const feed = useFeed();
  const textArea = useRef<HTMLTextAreaElement>(null);
  const request = useMutation(trpc.generation.request.mutationOptions({ onSuccess: feed.put }));
  const cancel = useMutation(
    trpc.generation.cancel.mutationOptions({
      onSuccess: feed.put,
      onError: (error) => toasts.add({ type: "error", title: "Not cancelled", description: messageOf(error) }),
    }),
  );

  useEffect(() => {
    if (startImageId !== null) source.takeImage(startImageId);
    if (startImageId !== null || reused !== null) window.history.replaceState(null, "", "/generate");
    // Once, when the page opens: the address has said what it had to say.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const asked = state.submit();
    if (asked !== null) request.mutate(asked);
    else focusInvalid(textArea.current?.form ?? null);
  }

  function reuse(next: GenerateForm): void {
    announceReuse(state.form, next);
    state.replace(next);
    textArea.current?.focus();
  }

  function tryAgain(generation: GenerationView): void {
    const parsed = parseForm(formFromRecipe(generation.recipe, generation), models);
    if (parsed.request !== null) return request.mutate(parsed.request);
    toasts.add({ type: "error", title: "Not possible now", description: Object.values(parsed.errors).join(" ") });
  }

  const latest = feed.generations[0];
  return (
    <div className="page grid items-start gap-x-12 gap-y-10 py-6 lg:grid-cols-[23rem_minmax(0,1fr)] lg:py-8">
      <h1 className="sr-only">Generate</h1>
      <StudioForm
        state={state}
        source={source}
        models={models}
        lastSeed={latest?.recipe.seed ?? null}
        textArea={textArea}
        isSending={request.isPending}
        refusal={request.isError ? messageOf(request.error) : null}
        onSubmit={submit}
        onReuse={(settings) => reuse(formFromFile(state.form, settings))}
      />
      <section aria-label="Your generations" aria-busy={feed.isPending} className="min-w-0">
        {feed.isReconnecting && <Reconnecting />}
        {feed.isPending ? (
          <FeedSkeleton />
        ) : feed.generations.length === 0 ? (
          <EmptyFeed model={state.model} onExample={(prompt) => fillIn(prompt)} />
        ) : (
          <FeedList
            feed={feed}
            onReuse={(generation) => reuse(formFromRecipe(generation.recipe, generation))}
            onStartFrom={({ id }) => {
              source.takeImage(id);
              window.scrollTo({ top: 0, behavior: "smooth" });
            }}
            onCancel={({ id }) => cancel.mutate({ generationId: id })}
            onAgain={tryAgain}
          />
        )}
        <p role="status" aria-live="polite" className="sr-only">
          {feed.announcement}
        </p>
      </section>
    </div>
  );

  function fillIn(prompt: string): void {
    state.change({ prompt });
    textArea.current?.focus();
  }
}

/** Shows up only when it takes a while, and moves nothing. */
function Reconnecting() {
  return (
    <p
      role="status"
      className="fixed bottom-6 left-1/2 z-40 -translate-x-1/2 animate-appear rounded-full bg-raised px-4 py-2 text-sm text-ink-soft shadow-float [animation-delay:2s]"
    >
      Connection lost. Trying again…
    </p>
  );
}

function announceReuse(before: GenerateForm, after: GenerateForm): void {
  const changes = describeChanges(before, after);
  toasts.add({
    title: changes === null ? "These settings are set already" : "Settings taken over",
    ...(changes === null ? {} : { description: `Changed: ${changes}.` }),
  });
}
