"use client";

import { Button } from "@mezzotint/ui/button";
import { Field } from "@mezzotint/ui/field";
import { TextInput } from "@mezzotint/ui/text-input";
import { authClient } from "#client/auth-client.ts";
import { SignInFields } from "./account-fields.ts";
import { useAccountForm } from "./use-account-form.ts";

export function SignInForm({ next }: { readonly next: string }) {
  const form = useAccountForm({
    schema: SignInFields,
    send: (fields) => authClient.signIn.email(fields),
    next,
  });
  return (
    <form noValidate onSubmit={form.submit} className="flex flex-col gap-4">
      <Field label="Email" error={form.complaints["email"]}>
        <TextInput name="email" type="email" autoComplete="email" autoFocus />
      </Field>
      <Field label="Password" error={form.complaints["password"]}>
        <TextInput name="password" type="password" autoComplete="current-password" />
      </Field>
      {form.refusal !== null && (
        <p role="alert" className="text-sm text-danger">
          {form.refusal}
        </p>
      )}
      <Button type="submit" variant="primary" size="large" disabled={form.isSending} className="mt-2">
        {form.isSending ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}
