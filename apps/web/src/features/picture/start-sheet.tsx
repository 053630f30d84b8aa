import type { ImageDetailView } from "@mezzotint/contracts/generation";
import type { SourceView } from "@mezzotint/contracts/source";

/** What the picture started from, for the team it belongs to; for others a word on why they do not see it. */
export function StartSheet({ picture }: { readonly picture: ImageDetailView }) {
  const { recipe, source, mask } = picture;
  if (recipe.source === undefined) return null;
  return (
    <section aria-labelledby="start-title">
      <h2 id="start-title" className="mb-2 font-title text-xl">
        Started from
      </h2>
      {source === null ? (
        <p className="text-sm text-ink-quiet">A picture that is not shared. Its hash is in the recipe.</p>
      ) : (
        <ul className="flex gap-3">
          <StartPicture file={source} label="Source" />
          {mask !== null && <StartPicture file={mask} label="Mask" />}
        </ul>
      )}
    </section>
  );
}

function StartPicture({ file, label }: { readonly file: SourceView; readonly label: string }) {
  return (
    <li className="w-28">
      <a href={file.url} target="_blank" rel="noreferrer" className="block rounded-[3px] bg-mat shadow-print">
        <img src={file.url} alt={label} loading="lazy" className="aspect-square w-full rounded-[3px] object-contain" />
      </a>
      <p className="mt-1.5 text-xs text-ink-quiet tabular-nums">
        {label}, {file.width} × {file.height}
      </p>
    </li>
  );
}
