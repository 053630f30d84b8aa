import type { ReactNode } from "react";

export interface AccountCardProps {
  readonly title: string;
  readonly notice?: string | undefined;
  readonly children: ReactNode;
  readonly footer: ReactNode;
}

/** The frame around signing in and signing up. */
export function AccountCard({ title, notice, children, footer }: AccountCardProps) {
  return (
    <div className="page flex flex-1 flex-col items-center justify-center py-12">
      <div className="w-full max-w-sm">
        <h1 className="font-title text-4xl tracking-tight">{title}</h1>
        {notice !== undefined && (
          <p role="status" className="mt-4 rounded-control bg-copper-wash px-3 py-2 text-sm">
            {notice}
          </p>
        )}
        <div className="mt-8">{children}</div>
        <p className="mt-6 text-sm text-ink-soft">{footer}</p>
      </div>
    </div>
  );
}
