"use client";

import { RunRenaming, type RunView } from "@mezzotint/contracts/run";
import { Button } from "@mezzotint/ui/button";
import { Field } from "@mezzotint/ui/field";
import { TextInput } from "@mezzotint/ui/text-input";
import { useRef, useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { focusInvalid } from "#client/focus-invalid.ts";
import type { RunChanges } from "./use-run-changes.ts";

export interface RunTitleProps {
  readonly run: RunView;
  readonly changes: Pick<RunChanges, "isChanging" | "rename">;
}

/** The name of a run, which whoever may change the run edits in its place. */
export function RunTitle({ run, changes }: RunTitleProps) {
  const [isEditing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    flushSync(() => setEditing(false));
    opener.current?.focus();
  };
  return (
    <>
      <div className={isEditing ? "sr-only" : "mt-1 flex flex-wrap items-center gap-x-5"}>
        <h1 className="min-w-0 font-title text-3xl wrap-anywhere">{run.name}</h1>
        {run.mine && !isEditing && (
          <Button
            ref={opener}
            variant="ghost"
            size="small"
            className="-ml-3 print:hidden"
            onClick={() => setEditing(true)}
          >
            Rename
          </Button>
        )}
      </div>
      {isEditing && <NameForm run={run} changes={changes} onClose={close} />}
    </>
  );
}

function NameForm({ run, changes, onClose }: RunTitleProps & { readonly onClose: () => void }) {
  const [name, setName] = useState(run.name);
  const [complaint, setComplaint] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const parsed = RunRenaming.safeParse({ runId: run.id, name });
    const wrong = parsed.success ? await changes.rename(parsed.data.name) : parsed.error.issues[0]?.message;
    if (wrong === null) return onClose();
    flushSync(() => setComplaint(wrong));
    focusInvalid(form);
  }

  return (
    <form
      onSubmit={(event) => void submit(event)}
      noValidate
      className="mt-2 mb-3 flex max-w-xl flex-wrap items-start gap-2"
    >
      <Field label="Name" error={complaint} className="w-full">
        <TextInput
          value={name}
          onValueChange={(next) => {
            setName(next);
            setComplaint(undefined);
          }}
          onKeyDown={({ key }) => {
            if (key === "Escape") onClose();
          }}
          onFocus={({ currentTarget }) => currentTarget.select()}
          autoFocus
        />
      </Field>
      <Button type="submit" variant="primary" disabled={changes.isChanging}>
        Save
      </Button>
      <Button onClick={onClose}>Cancel</Button>
    </form>
  );
}
