/** What the hero draws while nobody has shared a picture: a moon over water, as mezzotints love it. */
export function drawMoonlitPlate(context: CanvasRenderingContext2D, size: number): void {
  const horizon = size * 0.68;
  const sky = context.createLinearGradient(0, 0, 0, horizon);
  sky.addColorStop(0, "#0c0a0d");
  sky.addColorStop(0.7, "#2b1c17");
  sky.addColorStop(1, "#6b3b22");
  context.fillStyle = sky;
  context.fillRect(0, 0, size, size);
  const halo = context.createRadialGradient(size * 0.6, size * 0.36, 0, size * 0.6, size * 0.36, size * 0.5);
  halo.addColorStop(0, "#f0b07acc");
  halo.addColorStop(0.35, "#c26f3d55");
  halo.addColorStop(1, "#c26f3d00");
  context.fillStyle = halo;
  context.fillRect(0, 0, size, size);
  context.fillStyle = "#ffe9cf";
  context.beginPath();
  context.arc(size * 0.6, size * 0.36, size * 0.125, 0, 2 * Math.PI);
  context.fill();
  drawRidge(context, { size, base: horizon, height: size * 0.16, colour: "#1a1210" });
  drawWater(context, { size, horizon });
}

function drawRidge(
  context: CanvasRenderingContext2D,
  { size, base, height, colour }: { size: number; base: number; height: number; colour: string },
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(0, base);
  for (let x = 0; x <= size; x++) {
    const t = x / size;
    const swell = 0.5 + 0.3 * Math.sin(t * 5.1 + 0.6) + 0.2 * Math.sin(t * 13.7);
    context.lineTo(x, base - height * swell * (1 - 0.55 * t));
  }
  context.lineTo(size, base);
  context.fill();
}

function drawWater(context: CanvasRenderingContext2D, { size, horizon }: { size: number; horizon: number }): void {
  const water = context.createLinearGradient(0, horizon, 0, size);
  water.addColorStop(0, "#4a2a1a");
  water.addColorStop(1, "#0e0a0a");
  context.fillStyle = water;
  context.fillRect(0, horizon, size, size - horizon);
  for (let line = 0; line < 14; line++) {
    const y = horizon + ((size - horizon) * (line + 0.5)) / 14;
    const width = size * (0.1 + 0.02 * line + 0.03 * Math.sin(line * 2.4));
    context.fillStyle = `rgb(255 214 170 / ${0.55 - line * 0.033})`;
    context.fillRect(size * 0.6 - width / 2 + Math.sin(line * 1.7) * 3, y, width, 1.5);
  }
}
