"use client";

import type { Viewer } from "@mezzotint/services/account/get-viewer";
import { Field } from "@mezzotint/ui/field";
import { TextInput } from "@mezzotint/ui/text-input";
import { toasts } from "@mezzotint/ui/toast";
import { useRouter } from "next/navigation";
import { authClient } from "#client/auth-client.ts";
import { AccountSection } from "./account-section.tsx";
import { NameFields, PASSWORD_LENGTH_MIN, PasswordFields } from "./account-fields.ts";
import { useAccountForm } from "./use-account-form.ts";

/** What people change about themselves. */
export function AccountPage({ viewer }: { readonly viewer: Viewer }) {
  return (
    <div className="page max-w-2xl py-6 lg:py-8">
      <h1 className="font-title text-3xl tracking-tight">Account</h1>
      <p className="mt-1 text-sm wrap-anywhere text-ink-soft">{viewer.email}</p>
      <NameForm name={viewer.name} />
      <PasswordForm email={viewer.email} />
    </div>
  );
}

function NameForm({ name }: { readonly name: string }) {
  const router = useRouter();
  const form = useAccountForm({
    schema: NameFields,
    send: (fields) => authClient.updateUser(fields),
    next() {
      toasts.add({ title: "Name changed" });
      router.refresh();
    },
  });
  return (
    <AccountSection title="Name" action="Change name" form={form}>
      <Field label="Name" hint="It stands beside your pictures." error={form.complaints["name"]}>
        <TextInput key={name} name="name" autoComplete="name" defaultValue={name} />
      </Field>
    </AccountSection>
  );
}

function PasswordForm({ email }: { readonly email: string }) {
  const form = useAccountForm({
    schema: PasswordFields,
    send: (fields) => authClient.changePassword({ ...fields, revokeOtherSessions: true }),
    next(fields) {
      fields.reset();
      toasts.add({ title: "Password changed", description: "Other devices have been signed out." });
    },
  });
  return (
    <AccountSection title="Password" action="Change password" form={form}>
      {/* So that a password manager knows whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <Field label="Current password" error={form.complaints["currentPassword"]}>
        <TextInput name="currentPassword" type="password" autoComplete="current-password" />
      </Field>
      <Field
        label="New password"
        hint={`At least ${PASSWORD_LENGTH_MIN} characters. Your other devices are signed out.`}
        error={form.complaints["newPassword"]}
      >
        <TextInput name="newPassword" type="password" autoComplete="new-password" />
      </Field>
    </AccountSection>
  );
}
