"use client";

import { Button } from "@mezzotint/ui/button";
import { buttonClasses } from "@mezzotint/ui/button-classes";
import { ConfirmDialog } from "@mezzotint/ui/confirm-dialog";
import { Icon } from "@mezzotint/ui/icon";
import { SwitchField } from "@mezzotint/ui/switch-field";
import Link from "next/link";
import { CopyButton } from "#client/copy-button.tsx";
import { ideaRequest } from "./draw-again.ts";
import { useDrawAgain } from "./use-draw-again.ts";
import type { PictureModel } from "./use-picture.ts";

export function PictureActions({ picture, isChanging, setVisibility, remove }: PictureModel) {
  const { isAsking, ask } = useDrawAgain();
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <Link href={`/generate?from=${picture.id}`} className={buttonClasses({ variant: "primary" })}>
          <Icon name="reuse" />
          Reuse settings
        </Link>
        <Link
          href={`/generate?source=${picture.id}`}
          prefetch={false}
          className={buttonClasses({ variant: "outline" })}
        >
          <Icon name="add-picture" />
          Use as source
        </Link>
        {picture.hasEmbedding && (
          <Button variant="outline" disabled={isAsking} onClick={() => ask(ideaRequest(picture))}>
            <Icon name="again" />
            Same idea, new seed
          </Button>
        )}
        <a href={`${picture.url}?download`} download className={buttonClasses({ variant: "outline" })}>
          <Icon name="download" />
          Download PNG
        </a>
        <CopyButton
          text={JSON.stringify(picture.recipe, null, 2)}
          label="Copy recipe"
          showsLabel
          variant="outline"
          size="medium"
        />
        <CopyButton text={() => window.location.href} label="Copy link" showsLabel variant="outline" size="medium" />
      </div>
      {picture.mine && (
        <div className="flex items-center justify-between gap-4 border-t border-line pt-4">
          <SwitchField
            label="Public"
            hint={picture.visibility === "public" ? "Anybody sees it." : "Only your team sees it."}
            checked={picture.visibility === "public"}
            disabled={isChanging}
            onCheckedChange={(isPublic) => setVisibility(isPublic ? "public" : "team")}
            className="flex-row-reverse"
          />
          <ConfirmDialog
            trigger={
              <Button variant="ghost" size="small" disabled={isChanging}>
                <Icon name="remove" />
                Remove
              </Button>
            }
            title="Remove this picture?"
            description="It disappears from every gallery and its address stops working. For a moment you can still bring it back."
            confirmLabel="Remove"
            onConfirm={remove}
          />
        </div>
      )}
    </div>
  );
}
