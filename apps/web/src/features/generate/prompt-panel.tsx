"use client";

import type { ModelInfo } from "@mezzotint/contracts/model";
import { PROMPT_LENGTH_MAX } from "@mezzotint/contracts/recipe";
import { classNames } from "@mezzotint/ui/class-names";
import { Field } from "@mezzotint/ui/field";
import { TextArea } from "@mezzotint/ui/text-area";
import type { RefObject } from "react";
import { hasStyle, toggleStyle } from "./prompt-style.ts";

const NEARLY_FULL = 0.8;

export interface PromptPanelProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly model: ModelInfo | null;
  readonly textArea: RefObject<HTMLTextAreaElement | null>;
}

export function PromptPanel({ value, onChange, error, model, textArea }: PromptPanelProps) {
  const [example] = model?.examples ?? [];
  return (
    <div className="flex flex-col gap-3">
      <Field label="Prompt" error={error} aside={<Counter length={value.length} />}>
        <TextArea
          ref={textArea}
          name="prompt"
          rows={3}
          value={value}
          onValueChange={onChange}
          placeholder={example === undefined ? "What should the picture show?" : `Such as “${example}”`}
          className="min-h-24 text-base leading-relaxed"
        />
      </Field>
      {model !== null && model.styles.length > 0 && (
        <div role="group" aria-label="Styles" className="flex flex-wrap gap-1.5">
          {model.styles.map(({ label, words }) => {
            const isOn = hasStyle(value, words);
            return (
              <button
                key={label}
                type="button"
                aria-pressed={isOn}
                title={words}
                onClick={() => onChange(toggleStyle(value, words))}
                className={classNames(
                  "h-7 cursor-pointer rounded-full border px-3 text-xs transition-colors duration-150 pointer-coarse:h-9 pointer-coarse:text-sm",
                  isOn
                    ? "border-copper bg-copper-wash text-copper"
                    : "border-line text-ink-soft hover:border-line-strong hover:text-ink",
                )}
              >
                {label}
              </button>
            );
          })}
        </div>
      )}
    </div>
  );
}

/** Appears when it begins to matter. */
function Counter({ length }: { readonly length: number }) {
  if (length < PROMPT_LENGTH_MAX * NEARLY_FULL) return null;
  return (
    <span className={classNames("text-xs tabular-nums", length > PROMPT_LENGTH_MAX ? "text-danger" : "text-ink-quiet")}>
      {length} / {PROMPT_LENGTH_MAX}
    </span>
  );
}
