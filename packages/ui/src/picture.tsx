import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

export interface PictureProps extends Omit<ComponentProps<"img">, "src" | "alt" | "width" | "height"> {
  readonly src: string;
  /** What it shows: the prompt. */
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

/**
 * A print. It fills the width it is given and holds its height before it has loaded. Small pictures are enlarged
 * smoothly: side by side at four and eight times, smooth edges read as drawing and square pixels as damage.
 */
export function Picture({ src, alt, width, height, className, style, ...props }: PictureProps) {
  return (
    <img
      decoding="async"
      draggable={false}
      {...props}
      src={src}
      alt={alt}
      width={width}
      height={height}
      style={{ aspectRatio: `${width} / ${height}`, ...style }}
      className={classNames("block h-auto w-full rounded-[3px] bg-mat object-cover", className)}
    />
  );
}
