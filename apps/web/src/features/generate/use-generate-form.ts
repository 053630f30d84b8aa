"use client";

import type { GenerationRequest, ImageDetailView } from "@mezzotint/contracts/generation";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { useEffect, useState } from "react";
import {
  firstForm,
  formFromRecipe,
  parseForm,
  restoreForm,
  withModel,
  type FormErrors,
  type GenerateForm,
} from "./form-state.ts";

/** Somebody else at the same browser must not find one's last prompt. */
const savedKey = (userId: string): string => `mezzotint.generate.${userId}`;

export interface FormOwner {
  /** The picture whose settings were asked for. */
  readonly reused: ImageDetailView | null;
  readonly userId: string;
}

export interface GenerateFormModel {
  readonly form: GenerateForm;
  readonly errors: FormErrors;
  readonly model: ModelInfo | null;
  change(part: Partial<GenerateForm>): void;
  chooseModel(name: string): void;
  replace(form: GenerateForm): void;
  /** The request, or null after showing every complaint. */
  submit(): GenerationRequest | null;
}

/** The form's state: remembered in this browser for its owner, replaced as a whole by a picture's recipe. */
export function useGenerateForm(models: readonly ModelInfo[], { reused, userId }: FormOwner): GenerateFormModel {
  const [form, setForm] = useState<GenerateForm>(() => startForm(models, reused));
  const [isChanged, setChanged] = useState(false);
  const [isAsked, setAsked] = useState(false);

  useEffect(() => {
    const saved = reused === null ? restoreForm(localStorage.getItem(savedKey(userId)), models) : null;
    if (saved !== null) setForm(saved);
    // Once, when the page opens: afterwards the form is the person's.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const [first] = models;
  if (form.model === "" && first !== undefined) setForm(withModel(form, first));

  useEffect(() => {
    if (isChanged) localStorage.setItem(savedKey(userId), JSON.stringify(form));
  }, [form, isChanged, userId]);

  function keep(next: GenerateForm | ((before: GenerateForm) => GenerateForm)): void {
    setForm(next);
    setChanged(true);
  }

  const { request, errors } = parseForm(form, models);
  return {
    form,
    errors: visibleErrors(errors ?? {}, { form, isAsked }),
    model: models.find(({ name }) => name === form.model) ?? null,
    // An upload may end long after it began, and what was typed meanwhile stays.
    change: (part) => keep((before) => ({ ...before, ...part })),
    chooseModel(name) {
      const model = models.find((candidate) => candidate.name === name);
      if (model !== undefined) keep(withModel(form, model));
    },
    replace: keep,
    submit() {
      setAsked(request === null);
      return request;
    },
  };
}

function startForm(models: readonly ModelInfo[], reused: ImageDetailView | null): GenerateForm {
  if (reused === null) return firstForm(models);
  return formFromRecipe(reused.recipe, { ...reused, count: 1, visibility: "team" });
}

/** Nobody is told to write a prompt, or that there is no model yet, before they have pressed the button. */
function visibleErrors(errors: FormErrors, state: { form: GenerateForm; isAsked: boolean }): FormErrors {
  if (state.isAsked) return errors;
  const { prompt, model, ...rest } = errors;
  return {
    ...rest,
    ...(prompt !== undefined && state.form.prompt.trim() !== "" ? { prompt } : {}),
    ...(model !== undefined && state.form.model !== "" ? { model } : {}),
  };
}
