"use client";

import { Button } from "@mezzotint/ui/button";
import { Field } from "@mezzotint/ui/field";
import { TextInput } from "@mezzotint/ui/text-input";
import { authClient } from "#client/auth-client.ts";
import { PASSWORD_LENGTH_MIN, SignUpFields } from "./account-fields.ts";
import { useAccountForm } from "./use-account-form.ts";

export function SignUpForm({ next }: { readonly next: string }) {
  const form = useAccountForm({
    schema: SignUpFields,
    send: (fields) => authClient.signUp.email(fields),
    next,
  });
  return (
    <form noValidate onSubmit={form.submit} className="flex flex-col gap-4">
      <Field label="Name" error={form.complaints["name"]}>
        <TextInput name="name" autoComplete="name" autoFocus />
      </Field>
      <Field label="Email" error={form.complaints["email"]}>
        <TextInput name="email" type="email" autoComplete="email" />
      </Field>
      <Field label="Password" hint={`At least ${PASSWORD_LENGTH_MIN} characters.`} error={form.complaints["password"]}>
        <TextInput name="password" type="password" autoComplete="new-password" />
      </Field>
      {form.refusal !== null && (
        <p role="alert" className="text-sm text-danger">
          {form.refusal}
        </p>
      )}
      <Button type="submit" variant="primary" size="large" disabled={form.isSending} className="mt-2">
        {form.isSending ? "Creating the account…" : "Create account"}
      </Button>
    </form>
  );
}
