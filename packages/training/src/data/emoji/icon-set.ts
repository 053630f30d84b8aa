import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { SvgDrawing } from "@mezzotint/image/rasterize-svg";
import { z } from "zod";
import type { EmojiStyle } from "./styles.ts";

const packages = createRequire(import.meta.url);

const boxShape = {
  left: z.number().optional(),
  top: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
};
const turnShape = { hFlip: z.boolean().optional() };

const iconsSchema = z.object({
  ...boxShape,
  icons: z.record(z.string(), z.object({ body: z.string(), ...boxShape })),
  aliases: z.record(z.string(), z.object({ parent: z.string(), ...turnShape })).default({}),
});
type Icons = z.infer<typeof iconsSchema>;

/** The drawings of one set, found by emoji hexcode or by icon name. */
export interface IconSet {
  readonly style: EmojiStyle;
  readonly drawing: (hexcode: string, label: string) => SvgDrawing | undefined;
}

/** Loads an Iconify package (icons.json and the code points of chars.json) from the installed dependencies. */
export async function loadIconSet(style: EmojiStyle): Promise<IconSet> {
  const icons = iconsSchema.parse(await readPackageJson(`${style.packageName}/icons.json`));
  const characters = z
    .record(z.string(), z.string())
    .parse(await readPackageJson(`${style.charactersFrom}/chars.json`));
  const nameOf = new Map(Object.entries(characters).map(([hexcode, name]) => [normalizeHexcode(hexcode), name]));
  return {
    style,
    drawing: (hexcode, label) => {
      const named = nameOf.get(normalizeHexcode(hexcode));
      const found = (named === undefined ? undefined : findIcon(icons, named)) ?? findIcon(icons, iconName(label));
      return found === undefined ? undefined : widen(found, style.margin);
    },
  };
}

/** Reads a JSON file of an installed package by its module specifier. */
export async function readPackageJson(specifier: string): Promise<unknown> {
  return JSON.parse(await readFile(packages.resolve(specifier), "utf8"));
}

/** Lower-case code points without variation selectors, which sets include or leave out at will. */
function normalizeHexcode(hexcode: string): string {
  const points = hexcode.toLowerCase().split("-");
  return points.filter((point) => point !== "fe0f").join("-");
}

function iconName(label: string): string {
  return label
    .toLowerCase()
    .replaceAll(/[’'“”!().:,]/g, "")
    .replaceAll(/[^a-z0-9]+/g, "-");
}

function findIcon(set: Icons, name: string): SvgDrawing | undefined {
  const alias = set.aliases[name];
  const icon = set.icons[alias?.parent ?? name];
  if (icon === undefined) return undefined;
  const left = icon.left ?? set.left ?? 0;
  const width = icon.width ?? set.width ?? 16;
  const flipped = `<g transform="translate(${2 * left + width} 0) scale(-1 1)">${icon.body}</g>`;
  const body = alias?.hFlip === true ? flipped : icon.body;
  return { body, left, top: icon.top ?? set.top ?? 0, width, height: icon.height ?? set.height ?? 16 };
}

function widen(drawing: SvgDrawing, margin: number): SvgDrawing {
  const { body, left, top, width, height } = drawing;
  const [x, y] = [width * margin, height * margin];
  return { body, left: left - x, top: top - y, width: width + 2 * x, height: height + 2 * y };
}
