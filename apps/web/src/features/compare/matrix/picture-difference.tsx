"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Choice } from "../charts/choice.tsx";
import { absoluteDifference, type PixelDifference } from "./absolute-difference.ts";
import { CropFrame } from "./crop-frame.tsx";
import { cropStyle, type Crop } from "./crop.ts";
import type { MatrixRow } from "./matrix-rows.ts";
import { readPixels } from "./read-pixels.ts";

const GAINS = [
  { id: "1", title: "1 ×" },
  { id: "4", title: "4 ×" },
  { id: "16", title: "16 ×" },
] as const;
type Gain = (typeof GAINS)[number]["id"];

export interface PictureDifferenceProps {
  readonly row: MatrixRow;
  readonly pair: { readonly a: string; readonly b: string };
  readonly crop: Crop;
  readonly onCrop: (crop: Crop) => void;
}

/** Where two pictures of one prompt and seed differ, and by how much. */
export function PictureDifference({ row, pair, crop, onCrop }: PictureDifferenceProps) {
  const [gain, setGain] = useState<Gain>("4");
  const urls = [row.pictures.get(pair.a)?.url, row.pictures.get(pair.b)?.url] as const;
  const { data, error } = useQuery({
    queryKey: ["pixels", ...urls],
    queryFn: () => Promise.all([readPixels(urls[0] ?? ""), readPixels(urls[1] ?? "")]),
    enabled: urls[0] !== undefined && urls[1] !== undefined,
    staleTime: Infinity,
  });
  if (urls[0] === undefined || urls[1] === undefined) {
    return <p className="text-sm text-ink-quiet">One of the two has no picture.</p>;
  }
  if (error !== null) return <p className="text-sm text-danger">{error.message}</p>;
  if (data === undefined) return null;
  const [a, b] = data;
  if (a.width !== b.width || a.height !== b.height) {
    return (
      <p className="text-sm text-ink-quiet">
        These pictures have different sizes: {a.width} × {a.height} and {b.width} × {b.height}.
      </p>
    );
  }
  const difference = absoluteDifference(a.data, b.data, Number(gain));
  const text = `${difference.mean.toFixed(1)} of 255 on the mean, ${difference.largest} at most`;
  return (
    <div className="flex max-w-[min(40rem,62dvh)] flex-col gap-3">
      <div className="flex flex-wrap items-center gap-4">
        <Choice label="Made stronger" value={gain} options={GAINS} onChoose={setGain} />
        <p role="status" className="text-sm text-ink-soft tabular-nums">
          {text}
        </p>
      </div>
      <CropFrame crop={crop} onCrop={onCrop}>
        <PixelCanvas
          difference={difference}
          width={a.width}
          height={a.height}
          label={`Difference: ${text}`}
          crop={crop}
        />
      </CropFrame>
    </div>
  );
}

function PixelCanvas(props: {
  readonly difference: PixelDifference;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly crop: Crop;
}) {
  const { difference, width, height, label, crop } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(new ImageData(difference.pixels, width, height), 0, 0);
  }, [difference, width, height]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      width={width}
      height={height}
      style={cropStyle(crop)}
      className="block w-full [image-rendering:pixelated]"
    />
  );
}
