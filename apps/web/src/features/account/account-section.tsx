import { Button } from "@mezzotint/ui/button";
import type { ReactNode } from "react";
import type { AccountForm } from "./use-account-form.ts";

export interface AccountSectionProps {
  readonly title: string;
  readonly action: string;
  readonly form: AccountForm;
  readonly children: ReactNode;
}

/** One thing about an account, with the button that changes it. */
export function AccountSection({ title, action, form, children }: AccountSectionProps) {
  return (
    <form noValidate onSubmit={form.submit} className="mt-8 border-t border-line pt-5">
      <h2 className="font-title text-xl">{title}</h2>
      <div className="mt-4 flex flex-col items-stretch gap-4">
        {children}
        {form.refusal !== null && (
          <p role="alert" className="text-sm text-danger">
            {form.refusal}
          </p>
        )}
        <Button type="submit" className="self-start" disabled={form.isSending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
