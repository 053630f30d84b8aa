/** What text-like controls share. 16 px on touch screens, or phones zoom in on focus. */
export const CONTROL_CLASSES =
  "rounded-control border border-line bg-surface px-3 text-sm text-ink transition-colors duration-150 " +
  "hover:border-line-strong focus-visible:border-copper focus-visible:outline-1 focus-visible:outline-offset-0 " +
  "data-invalid:border-danger data-disabled:opacity-60 pointer-coarse:text-base";

export const POPUP_CLASSES =
  "rounded-lg bg-raised p-1 text-sm text-ink shadow-float outline-none transition-[opacity,scale] duration-150 " +
  "origin-(--transform-origin) data-starting-style:scale-97 data-starting-style:opacity-0 " +
  "data-ending-style:scale-97 data-ending-style:opacity-0";

export const ITEM_CLASSES =
  "flex cursor-default select-none items-center gap-2 rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-ink-wash " +
  "data-disabled:opacity-50 pointer-coarse:py-2.5";
