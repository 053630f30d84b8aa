import type { ComparedRun } from "@mezzotint/contracts/comparison";
import { Picture } from "@mezzotint/ui/picture";
import Link from "next/link";
import { RunSwatch } from "../charts/run-mark.tsx";
import { CropFrame } from "./crop-frame.tsx";
import { cropStyle, type Crop } from "./crop.ts";
import type { MatrixRow } from "./matrix-rows.ts";

export interface SideBySideProps {
  readonly row: MatrixRow;
  readonly runs: readonly ComparedRun[];
  readonly crop: Crop;
  readonly onCrop: (crop: Crop) => void;
}

/** The same part of what every run made of a prompt. */
export function SideBySide({ row, runs, crop, onCrop }: SideBySideProps) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,9.5rem),1fr))] gap-4 sm:grid-cols-[repeat(auto-fill,minmax(15rem,1fr))]">
      {runs.map(({ id, name }, place) => {
        const picture = row.pictures.get(id);
        return (
          <li key={id} className="max-w-md">
            {picture === undefined ? (
              <p className="text-sm text-ink-quiet">no picture</p>
            ) : (
              <CropFrame crop={crop} onCrop={onCrop}>
                <Picture
                  src={picture.url}
                  alt={`${row.prompt}, ${name}`}
                  width={picture.width}
                  height={picture.height}
                  style={cropStyle(crop)}
                />
              </CropFrame>
            )}
            <p className="mt-1 flex items-center gap-1.5 text-sm">
              <RunSwatch place={place} />
              {picture === undefined ? (
                name
              ) : (
                <Link href={`/images/${picture.imageId}`} className="truncate rounded-sm hover:text-copper">
                  {name}
                </Link>
              )}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
