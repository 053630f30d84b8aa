import { classNames } from "./class-names.ts";

export type ButtonVariant = "primary" | "outline" | "ghost" | "danger";
export type ButtonSize = "small" | "medium" | "large" | "icon";

const BASE =
  "inline-flex shrink-0 cursor-pointer select-none items-center justify-center gap-2 rounded-control font-medium " +
  "whitespace-nowrap transition-colors duration-150 disabled:cursor-not-allowed disabled:opacity-50 " +
  "data-disabled:cursor-not-allowed data-disabled:opacity-50";

const VARIANTS = {
  primary: "bg-copper text-on-copper hover:bg-copper-strong",
  outline: "border border-line bg-surface text-ink hover:border-line-strong hover:bg-raised",
  ghost: "text-ink-soft hover:bg-ink-wash hover:text-ink",
  danger: "bg-danger text-on-copper hover:opacity-90",
} as const satisfies Record<ButtonVariant, string>;

const SIZES = {
  small: "h-8 px-3 text-sm pointer-coarse:h-10",
  medium: "h-9 px-4 text-sm pointer-coarse:h-11",
  large: "h-11 px-5 text-base",
  icon: "size-9 pointer-coarse:size-11",
} as const satisfies Record<ButtonSize, string>;

/** The look of a button, for links that lead somewhere and yet are the thing to press. */
export function buttonClasses(
  look: { readonly variant?: ButtonVariant | undefined; readonly size?: ButtonSize | undefined } = {},
): string {
  return classNames(BASE, VARIANTS[look.variant ?? "outline"], SIZES[look.size ?? "medium"]);
}
