"use client";

import { Button } from "@mezzotint/ui/button";
import { classNames } from "@mezzotint/ui/class-names";
import { Field } from "@mezzotint/ui/field";
import { Icon } from "@mezzotint/ui/icon";
import { NumberField } from "@mezzotint/ui/number-field";
import { useEffect, useState, type FormEvent, type RefObject } from "react";
import { PromptPanel } from "./prompt-panel.tsx";
import { RecipeExtras } from "./recipe-extras.tsx";
import type { FileSettings } from "./settings-of-file.ts";
import { SettingsPanel, type SettingsPanelProps } from "./settings-panel.tsx";
import { SourcePanel } from "./source-panel.tsx";
import type { GenerateFormModel } from "./use-generate-form.ts";
import type { SourceModel } from "./use-source.ts";

export interface StudioFormProps extends Omit<SettingsPanelProps, keyof GenerateFormModel> {
  readonly state: GenerateFormModel;
  readonly source: SourceModel;
  readonly textArea: RefObject<HTMLTextAreaElement | null>;
  readonly isSending: boolean;
  readonly refusal: string | null;
  readonly onSubmit: (event: FormEvent) => void;
  readonly onReuse: (settings: FileSettings) => void;
}

export function StudioForm(props: StudioFormProps) {
  const { state, source, textArea, isSending, refusal, onSubmit, onReuse, ...lists } = props;
  const { form, errors, model, change } = state;
  const isServed = lists.models.some(({ name, available }) => available && name === form.model);
  const [showsSettings, setShowsSettings] = useState(false);

  useEffect(() => {
    function submitOnChord(event: KeyboardEvent): void {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      textArea.current?.form?.requestSubmit();
    }
    window.addEventListener("keydown", submitOnChord);
    return () => window.removeEventListener("keydown", submitOnChord);
  }, [textArea]);

  return (
    <form
      noValidate
      onSubmit={onSubmit}
      className="flex flex-col gap-5 lg:sticky lg:top-22 lg:max-h-[calc(100dvh-7rem)] lg:overflow-y-auto lg:-mx-3 lg:px-3 lg:pb-8 lg:[mask-image:linear-gradient(to_bottom,black_calc(100%-2rem),transparent)] lg:[scrollbar-width:thin]"
    >
      <PromptPanel
        value={form.prompt}
        onChange={(prompt) => change({ prompt })}
        error={errors.prompt}
        model={model}
        textArea={textArea}
      />
      <SourcePanel state={state} source={source} onReuse={onReuse} />
      <RecipeExtras form={form} errors={errors} change={change} />
      <div className="grid grid-cols-[8.5rem_minmax(0,1fr)] items-end gap-3">
        <Field label="Pictures">
          <NumberField
            value={form.count}
            onValueChange={(count) => change({ count })}
            min={1}
            className="pointer-fine:h-11"
          />
        </Field>
        <Button type="submit" variant="primary" size="large" disabled={isSending} title="Ctrl or ⌘ and Enter">
          Generate
        </Button>
      </div>
      {errors.count !== undefined && <p className="text-sm text-danger">{errors.count}</p>}
      {model !== null && !isServed && (
        <p role="status" className="rounded-control bg-copper-wash px-3 py-2 text-sm">
          No worker serves {model.title} right now. What you ask for waits until one is back.
        </p>
      )}
      {refusal !== null && (
        <p role="alert" className="rounded-control bg-danger-wash px-3 py-2 text-sm text-danger">
          {refusal}
        </p>
      )}
      <Button
        variant="ghost"
        size="small"
        aria-expanded={showsSettings}
        aria-controls="settings"
        className="self-start lg:hidden"
        onClick={() => setShowsSettings(!showsSettings)}
      >
        <Icon name="settings" />
        {showsSettings ? "Fewer settings" : "More settings"}
      </Button>
      <div
        id="settings"
        className={classNames("lg:block lg:border-t lg:border-line lg:pt-5", !showsSettings && "hidden")}
      >
        <SettingsPanel {...state} {...lists} />
      </div>
    </form>
  );
}
