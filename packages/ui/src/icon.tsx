import {
  Ban,
  Brush,
  Check,
  ChevronLeft,
  ChevronRight,
  Copy,
  Contrast,
  Dices,
  Download,
  Eraser,
  ImageOff,
  ImagePlus,
  Lock,
  LockOpen,
  LogOut,
  Redo2,
  RotateCcw,
  Search,
  SlidersHorizontal,
  SunMoon,
  Trash2,
  TriangleAlert,
  Undo2,
  WandSparkles,
  type LucideIcon,
} from "lucide-react";

const ICONS = {
  "add-picture": ImagePlus,
  cancel: Ban,
  check: Check,
  previous: ChevronLeft,
  next: ChevronRight,
  copy: Copy,
  dice: Dices,
  download: Download,
  erase: Eraser,
  invert: Contrast,
  "no-picture": ImageOff,
  locked: Lock,
  unlocked: LockOpen,
  paint: Brush,
  redo: Redo2,
  "sign-out": LogOut,
  again: RotateCcw,
  search: Search,
  settings: SlidersHorizontal,
  theme: SunMoon,
  remove: Trash2,
  undo: Undo2,
  warning: TriangleAlert,
  reuse: WandSparkles,
} as const satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof ICONS;

/** A sign beside words, or inside a button that carries its own label; readers that speak pass over it. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string }) {
  const Drawing = ICONS[name];
  return <Drawing aria-hidden className={className ?? "size-4"} />;
}
