"use client";

import type { PromptSetView } from "@mezzotint/contracts/prompt-set";
import { RunRequest, type RunRequestInput } from "@mezzotint/contracts/run";
import type { ListedModel } from "@mezzotint/services/model/list";
import { Button } from "@mezzotint/ui/button";
import { Field } from "@mezzotint/ui/field";
import { NumberField } from "@mezzotint/ui/number-field";
import { Select } from "@mezzotint/ui/select";
import { TextInput } from "@mezzotint/ui/text-input";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { messageOf } from "#client/error-reason.ts";
import { focusInvalid } from "#client/focus-invalid.ts";
import { samplerName } from "#client/sampler-names.ts";
import { useTRPC } from "#client/trpc.tsx";
import { ImportPrompts } from "./import-prompts.tsx";

interface Form {
  readonly name: string;
  readonly model: string;
  readonly promptSetId: string;
  readonly scheduler: string;
  readonly steps: number | null;
  readonly guidanceScale: number | null;
  readonly seedFirst: string;
  readonly seedCount: number | null;
}

/** What a new run is made of: prompts, a model with its settings, and seeds. */
export function RunForm() {
  const trpc = useTRPC();
  const router = useRouter();
  const { data: models } = useSuspenseQuery(trpc.model.list.queryOptions());
  const { data: promptSets } = useSuspenseQuery(trpc.promptSet.list.queryOptions());
  const [form, setForm] = useState<Form>(() => initialForm(models, promptSets));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const create = useMutation(trpc.run.create.mutationOptions({ onSuccess: ({ id }) => router.push(`/runs/${id}`) }));
  const model = models.find(({ name }) => name === form.model);
  const change = (changes: Partial<Form>): void => {
    setForm((known) => ({ ...known, ...changes }));
    setErrors({});
  };

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const parsed = RunRequest.safeParse(requestOf(form, model));
    if (parsed.success) return create.mutate(parsed.data);
    const found = parsed.error.issues.map(({ path, message }) => [path.join("."), message] as const);
    flushSync(() => setErrors(Object.fromEntries(found)));
    focusInvalid(event.currentTarget);
  }

  return (
    <form onSubmit={submit} noValidate className="page max-w-2xl py-6 lg:py-8">
      <h1 className="font-title text-3xl">New run</h1>
      <div className="mt-6 flex flex-col gap-5">
        <Field label="Name" error={errors["name"]}>
          <TextInput value={form.name} onValueChange={(name) => change({ name })} autoFocus />
        </Field>
        <Field label="Prompt set" error={errors["promptSetId"]}>
          <Select
            options={promptSets.map(({ id, title, version, promptCount }) => ({
              value: id,
              label: version === 1 ? title : `${title}, version ${version}`,
              note: `${promptCount} prompts`,
            }))}
            value={form.promptSetId}
            onValueChange={(promptSetId) => change({ promptSetId })}
            placeholder="Choose prompts"
          />
        </Field>
        <ImportPrompts onImported={(promptSetId) => change({ promptSetId })} />
        <Field label="Model" error={errors["model"]}>
          <Select
            options={models.map(({ name, title }) => ({ value: name, label: title }))}
            value={form.model}
            onValueChange={(name) => change(modelDefaults(models, name))}
            placeholder="No model yet"
          />
        </Field>
        <Field label="Sampler" error={errors["scheduler"]}>
          <Select
            options={(model?.schedulers ?? []).map(({ _class_name: id }) => ({ value: id, label: samplerName(id) }))}
            value={form.scheduler}
            onValueChange={(scheduler) => change({ scheduler })}
          />
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Steps" error={errors["steps"]}>
            <NumberField value={form.steps} onValueChange={(steps) => change({ steps })} min={1} />
          </Field>
          <Field label="Guidance" error={errors["guidanceScale"]}>
            <NumberField
              value={form.guidanceScale}
              onValueChange={(guidanceScale) => change({ guidanceScale })}
              min={0}
              step={0.5}
            />
          </Field>
          <Field
            label="First seed"
            error={errors["seedFirst"]}
            hint="Runs with equal seeds are compared picture by picture."
          >
            <TextInput
              inputMode="numeric"
              value={form.seedFirst}
              onValueChange={(seedFirst) => change({ seedFirst })}
            />
          </Field>
          <Field label="Seeds a prompt" error={errors["seedCount"]}>
            <NumberField value={form.seedCount} onValueChange={(seedCount) => change({ seedCount })} min={1} />
          </Field>
        </div>
        {create.error !== null && (
          <p role="alert" className="text-sm text-danger">
            {messageOf(create.error)}
          </p>
        )}
        <p className="-mb-2 text-sm text-ink-soft tabular-nums">{extentOf(form, promptSets)}</p>
        <Button type="submit" variant="primary" size="large" disabled={create.isPending}>
          Start the run
        </Button>
      </div>
    </form>
  );
}

function modelDefaults(models: readonly ListedModel[], name: string): Partial<Form> {
  const model = models.find((one) => one.name === name);
  if (model === undefined) return { model: name };
  const { steps, guidanceScale, scheduler } = model.defaults;
  return { model: name, steps, guidanceScale, scheduler };
}

function initialForm(models: readonly ListedModel[], promptSets: readonly PromptSetView[]): Form {
  const empty = { name: "", model: "", scheduler: "", steps: null, guidanceScale: null, seedFirst: "0", seedCount: 1 };
  // The shortest set that comes with the product is the one to begin with.
  const [quick] = promptSets.filter(({ bundled }) => bundled).toSorted((a, b) => a.promptCount - b.promptCount);
  return { ...empty, promptSetId: quick?.id ?? "", ...modelDefaults(models, models[0]?.name ?? "") };
}

/** How much is asked for, before it is. */
function extentOf({ promptSetId, seedCount }: Form, promptSets: readonly PromptSetView[]): string {
  const prompts = promptSets.find(({ id }) => id === promptSetId)?.promptCount;
  if (prompts === undefined || seedCount === null) return "";
  const pictures = prompts * seedCount;
  return `${prompts} prompts × ${seedCount} ${seedCount === 1 ? "seed" : "seeds"}: ${pictures} ${pictures === 1 ? "picture" : "pictures"}.`;
}

function requestOf(form: Form, model: ListedModel | undefined): Partial<Record<keyof RunRequestInput, unknown>> {
  const { width, height } = model?.defaults ?? {};
  return { ...form, negativePrompt: "", width, height };
}
