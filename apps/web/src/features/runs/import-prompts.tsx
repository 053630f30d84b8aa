"use client";

import { Button } from "@mezzotint/ui/button";
import { Field } from "@mezzotint/ui/field";
import { TextArea } from "@mezzotint/ui/text-area";
import { TextInput } from "@mezzotint/ui/text-input";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "#client/error-reason.ts";
import { useTRPC } from "#client/trpc.tsx";

/** Takes in prompts of one's own, typed or from a file. */
export function ImportPrompts({ onImported }: { readonly onImported: (promptSetId: string) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const add = useMutation(
    trpc.promptSet.import.mutationOptions({
      onSuccess: async ({ promptSet, repeated }) => {
        await queryClient.invalidateQueries(trpc.promptSet.list.pathFilter());
        const left = repeated === 0 ? "" : `${repeated} repeated ${repeated === 1 ? "one was" : "ones were"} left out.`;
        toasts.add({ title: `${promptSet.promptCount} prompts added.`, description: left });
        setTitle("");
        setText("");
        onImported(promptSet.id);
      },
    }),
  );
  return (
    <details className="rounded-control border border-line px-4 py-3">
      <summary className="cursor-pointer text-sm text-ink-soft">Add prompts of your own</summary>
      <div className="mt-4 flex flex-col gap-4">
        <Field label="Title">
          <TextInput
            value={title}
            onValueChange={setTitle}
            onKeyDown={(event) => {
              // The form around it would take Enter for the start of the run.
              if (event.key === "Enter") event.preventDefault();
            }}
          />
        </Field>
        <Field
          label="Prompts"
          hint="One a line; or a table with a column prompt (PartiPrompts, DrawBench); or JSON lines (GenEval)."
        >
          <TextArea value={text} onValueChange={setText} rows={5} />
        </Field>
        <input
          type="file"
          aria-label="A file of prompts"
          accept=".txt,.csv,.tsv,.jsonl,text/*"
          className="text-sm text-ink-soft file:mr-3 file:h-9 file:cursor-pointer file:rounded-control file:border file:border-line file:bg-surface file:px-4 file:font-medium file:text-ink hover:file:border-line-strong pointer-coarse:file:h-11"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file === undefined) return;
            void file.text().then(setText);
            if (title === "") setTitle(file.name.replace(/\.\w+$/, ""));
          }}
        />
        {add.error !== null && (
          <p role="alert" className="text-sm text-danger">
            {messageOf(add.error)}
          </p>
        )}
        <Button onClick={() => add.mutate({ title, text })} disabled={add.isPending}>
          Add prompts
        </Button>
      </div>
    </details>
  );
}
