import type { ImageDetailView } from "@mezzotint/contracts/generation";
import type { ReactNode } from "react";
import type { StageSettings } from "@mezzotint/contracts/recipe";
import { CopyButton } from "#client/copy-button.tsx";
import { duration } from "#client/duration.ts";
import { samplerName } from "#client/sampler-names.ts";

const HASH_LENGTH_SHOWN = 10;

/** Everything that decided the pixels, and what they were drawn on. */
export function RecipeSheet({ picture }: { readonly picture: ImageDetailView }) {
  const { recipe, attempt } = picture;
  return (
    <section aria-labelledby="recipe-title">
      <h2 id="recipe-title" className="mb-1 font-title text-xl">
        Recipe
      </h2>
      <dl className="text-sm">
        <Row term="Model">{picture.modelTitle}</Row>
        <Row term="Model hash" copy={recipe.model.hash}>
          <Hash of={recipe.model.hash} />
        </Row>
        {recipe.negativePrompt !== null && (
          <Row term="Negative prompt" copy={recipe.negativePrompt}>
            {recipe.negativePrompt}
          </Row>
        )}
        <Row term="Sampler">{samplerName(recipe.scheduler._class_name)}</Row>
        <Row term="Steps">{recipe.steps}</Row>
        <Row term="Guidance">{recipe.guidanceScale}</Row>
        {recipe.guidanceRescale > 0 && <Row term="Guidance rescale">{recipe.guidanceRescale}</Row>}
        {recipe.guidanceInterval !== undefined && (
          <Row term="Guidance from, to">{recipe.guidanceInterval.join(", ")}</Row>
        )}
        {recipe.clipSkip !== undefined && <Row term="Clip skip">{recipe.clipSkip}</Row>}
        {recipe.promptWeighting === true && <Row term="Prompt weighting">On</Row>}
        {recipe.apg !== undefined && (
          <Row term="Projected guidance">
            eta {recipe.apg.eta}, norm {recipe.apg.rescale}, momentum {recipe.apg.momentum}
          </Row>
        )}
        {recipe.stepCache !== undefined && <Row term="Step cache">up to {recipe.stepCache.threshold}</Row>}
        {recipe.stages?.map((stage, index) => (
          // Stages have no names in a recipe; their order is all there is.
          <Row key={`stage ${index + 2}`} term={`Stage ${index + 2}`}>
            {describeStage(stage)}
          </Row>
        ))}
        {recipe.stageInput !== undefined && (
          <Row term="Begins at" copy={recipe.stageInput.picture}>
            Stage {recipe.stageInput.stage + 1}, on <Hash of={recipe.stageInput.picture} />
          </Row>
        )}
        {recipe.imageEmbedding !== undefined && (
          <Row term="Kept idea" copy={recipe.imageEmbedding}>
            <Hash of={recipe.imageEmbedding} />
          </Row>
        )}
        {recipe.strength !== undefined && <Row term="Strength">{recipe.strength}</Row>}
        {recipe.source !== undefined && (
          <Row term="Source hash" copy={recipe.source}>
            <Hash of={recipe.source} />
          </Row>
        )}
        {recipe.mask !== undefined && (
          <Row term="Mask hash" copy={recipe.mask}>
            <Hash of={recipe.mask} />
          </Row>
        )}
        <Row term="Seed" copy={recipe.seed}>
          {recipe.seed}
        </Row>
        <Row term="Size">
          {recipe.width} × {recipe.height}
        </Row>
        <Row term="Recipe id" copy={picture.recipeId}>
          <Hash of={picture.recipeId} />
        </Row>
        {attempt !== null && (
          <Row term="Drawn on">
            {attempt.provider}, {attempt.runtime}
          </Row>
        )}
        {attempt !== null && <Row term="Time">{duration(attempt.elapsedMs / 1_000)}</Row>}
      </dl>
    </section>
  );
}

function Hash({ of }: { readonly of: string }) {
  return <span title={of}>{of.slice(0, HASH_LENGTH_SHOWN)}</span>;
}

interface RowProps {
  readonly term: string;
  readonly copy?: string;
  readonly children: ReactNode;
}

function Row({ term, copy, children }: RowProps) {
  return (
    <div className="flex min-h-9 items-center gap-4 border-b border-line py-1 last:border-b-0">
      <dt className="w-32 shrink-0 text-ink-quiet">{term}</dt>
      <dd className="flex min-w-0 flex-1 items-center justify-end gap-4 text-right tabular-nums">
        <span className="min-w-0 wrap-anywhere">{children}</span>
        {copy !== undefined && (
          <CopyButton text={copy} label={`Copy ${term.toLowerCase()}`} className="-mr-2 h-7 px-2 pointer-coarse:h-9" />
        )}
      </dd>
    </div>
  );
}

function describeStage({ steps, guidanceScale, noiseLevel, seed }: StageSettings): string {
  const settings = `${steps} steps, guidance ${guidanceScale}, noise ${noiseLevel}`;
  return seed === undefined ? settings : `${settings}, seed ${seed}`;
}
