import type { GenerateForm } from "./form-state.ts";

const TOUCHES = 0.3;
const COLOURS = 0.6;
const LAYOUT = 0.9;

/** What a strength does, in words, with the steps it comes to. */
export function strengthMeaning({ strength, steps, mask }: Pick<GenerateForm, "strength" | "steps" | "mask">): string {
  if (strength === null || steps === null) return "How much of it may change.";
  const done = Math.floor(Math.min(steps, steps * strength));
  return `${changeOf(strength, mask !== null)} ${done} of ${steps} steps are drawn.`;
}

function changeOf(strength: number, isMasked: boolean): string {
  if (isMasked)
    return strength >= LAYOUT ? "The painted part starts from nothing." : "The painted part keeps its look.";
  if (strength <= TOUCHES) return "Only touches change.";
  if (strength <= COLOURS) return "Shapes and colours stay.";
  return strength < LAYOUT ? "The rough layout stays." : "Hardly anything stays.";
}
