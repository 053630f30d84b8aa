import type { ReactNode } from "react";

export interface NoticeProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** A page that has nothing to show but a way on. */
export function Notice({ title, text, children }: NoticeProps) {
  return (
    <div className="page flex flex-1 flex-col items-center justify-center gap-3 py-24 text-center">
      <h1 className="font-title text-4xl">{title}</h1>
      <p className="max-w-md text-ink-soft">{text}</p>
      <div className="mt-4">{children}</div>
    </div>
  );
}
