import type { MaskAction, Stroke } from "./mask-history.ts";

/** What is painted is opaque in this colour; the page shows the canvas at half opacity. */
const PAINT = "rgb(201 116 62)";
/** Larger masks are painted smaller: no picture is drawn larger than this, and phones cannot hold larger canvases. */
const SIDE_MAX = 2_048;
const HALF = 128;

export interface MaskSize {
  readonly width: number;
  readonly height: number;
}

/** The size of the mask of a picture: the picture's own, or smaller in proportion. */
export function maskSizeOf({ width, height }: MaskSize): MaskSize {
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Everything anew: what was there when the painter opened, then each action. */
export function replay(
  context: CanvasRenderingContext2D,
  base: CanvasImageSource | null,
  actions: readonly MaskAction[],
): void {
  wipe(context);
  if (base !== null) context.drawImage(base, 0, 0);
  for (const action of actions) perform(context, action);
}

export function perform(context: CanvasRenderingContext2D, action: MaskAction): void {
  switch (action.kind) {
    case "clear":
      return wipe(context);
    case "invert":
      return paintWith(context, "source-out", () =>
        context.fillRect(0, 0, context.canvas.width, context.canvas.height),
      );
    case "stroke":
      return drawStroke(context, action.stroke);
  }
}

/** The line through the points, round at its ends; a single point is a dot. */
export function drawStroke(context: CanvasRenderingContext2D, { erases, sizePixels, points }: Stroke): void {
  const [first] = points;
  if (first === undefined) return;
  paintWith(context, erases ? "destination-out" : "source-over", () => {
    context.lineWidth = sizePixels;
    context.lineCap = "round";
    context.lineJoin = "round";
    // A line of no length is nothing, even with round ends.
    context.beginPath();
    context.arc(first.x, first.y, sizePixels / 2, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const { x, y } of points) context.lineTo(x, y);
    context.stroke();
  });
}

function paintWith(context: CanvasRenderingContext2D, operation: GlobalCompositeOperation, draw: () => void): void {
  context.save();
  context.globalCompositeOperation = operation;
  context.fillStyle = PAINT;
  context.strokeStyle = PAINT;
  draw();
  context.restore();
}

function wipe(context: CanvasRenderingContext2D): void {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

/** A stored mask (white is drawn anew) as paint on nothing. */
export async function readMask(url: string, size: MaskSize): Promise<HTMLCanvasElement> {
  const { canvas, context } = createCanvas(size);
  context.drawImage(await loadImage(url), 0, 0, size.width, size.height);
  const gray = context.getImageData(0, 0, size.width, size.height);
  for (let i = 0; i < gray.data.length; i += 4) gray.data[i + 3] = gray.data[i] ?? 0;
  context.putImageData(gray, 0, 0);
  paintWith(context, "source-in", () => context.fillRect(0, 0, size.width, size.height));
  return canvas;
}

/** The painted mask as a PNG, white where it is painted and black elsewhere; null when nothing is painted. */
export async function writeMask(painted: HTMLCanvasElement): Promise<Blob | null> {
  const { width, height } = painted;
  const { canvas, context } = createCanvas({ width, height });
  context.drawImage(painted, 0, 0);
  const pixels = context.getImageData(0, 0, width, height);
  let isPainted = false;
  for (let i = 0; i < pixels.data.length; i += 4) {
    const isAnew = (pixels.data[i + 3] ?? 0) >= HALF;
    isPainted ||= isAnew;
    pixels.data.fill(isAnew ? 255 : 0, i, i + 3);
    pixels.data[i + 3] = 255;
  }
  if (!isPainted) return null;
  context.putImageData(pixels, 0, 0);
  return pngOf(canvas);
}

export function createCanvas({ width, height }: MaskSize): {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
} {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error(`This browser has no canvas of ${width} × ${height} pixels left.`);
  return { canvas, context };
}

export async function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
  if (blob === null) throw new Error(`The browser could not write ${canvas.width} × ${canvas.height} pixels as a PNG.`);
  return blob;
}

export async function loadImage(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
