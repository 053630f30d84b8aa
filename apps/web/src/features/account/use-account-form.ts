"use client";

import { useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import type { z } from "zod";
import { focusInvalid } from "#client/focus-invalid.ts";
import { complaintsOf, refusalOf } from "./account-fields.ts";

type Answer = Promise<{ error: { code?: string | undefined; status: number } | null }>;

export interface AccountForm {
  readonly complaints: Readonly<Record<string, string>>;
  readonly refusal: string | null;
  readonly isSending: boolean;
  submit(event: FormEvent<HTMLFormElement>): Promise<void>;
}

/**
 * Checks the fields and sends them. When they were taken it goes on to `next` with a fresh page, where everything depends on
 * who one is, or hands the form to it, which stays.
 */
export function useAccountForm<Fields>(args: {
  schema: z.ZodType<Fields>;
  send: (fields: Fields) => Answer;
  next: string | ((form: HTMLFormElement) => void);
}): AccountForm {
  const [complaints, setComplaints] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const parsed = args.schema.safeParse(Object.fromEntries(new FormData(form)));
    // Said at once, so that the cursor finds it.
    flushSync(() => setComplaints(parsed.success ? {} : complaintsOf(parsed.error)));
    setRefusal(null);
    if (!parsed.success) return focusInvalid(form);
    setSending(true);
    const { error } = await args.send(parsed.data);
    const { next } = args;
    if (error === null && typeof next === "string") return window.location.assign(next);
    setSending(false);
    if (error !== null) setRefusal(refusalOf(error));
    else if (typeof next !== "string") next(form);
  }

  return { complaints, refusal, isSending, submit };
}
