/** A set of drawings: where it comes from, under which licence, and the word a prompt uses for its look. */
export interface EmojiStyle {
  readonly set: string;
  readonly word: string;
  readonly packageName: string;
  /** The package whose chars.json maps code points to this set's icon names. */
  readonly charactersFrom: string;
  /** White ground added on each side, as a share of the drawing's box: some sets draw up to the edge. */
  readonly margin: number;
  readonly licence: string;
  readonly author: string;
  readonly source: string;
}

export const STYLES = [
  {
    set: "fluent-emoji",
    word: "glossy",
    packageName: "@iconify-json/fluent-emoji",
    charactersFrom: "@iconify-json/fluent-emoji-flat",
    margin: 0,
    licence: "MIT",
    author: "Microsoft Corporation",
    source: "https://github.com/microsoft/fluentui-emoji",
  },
  {
    set: "fluent-emoji-flat",
    word: "flat",
    packageName: "@iconify-json/fluent-emoji-flat",
    charactersFrom: "@iconify-json/fluent-emoji-flat",
    margin: 0,
    licence: "MIT",
    author: "Microsoft Corporation",
    source: "https://github.com/microsoft/fluentui-emoji",
  },
  {
    set: "noto",
    word: "shaded",
    packageName: "@iconify-json/noto",
    charactersFrom: "@iconify-json/noto",
    margin: 0,
    licence: "Apache-2.0",
    author: "Google Inc",
    source: "https://github.com/googlefonts/noto-emoji",
  },
  {
    set: "twemoji",
    word: "simple",
    packageName: "@iconify-json/twemoji",
    charactersFrom: "@iconify-json/twemoji",
    margin: 0.05,
    licence: "CC-BY-4.0",
    author: "Twitter and contributors",
    source: "https://github.com/jdecked/twemoji",
  },
] as const satisfies readonly EmojiStyle[];

export type StyleWord = (typeof STYLES)[number]["word"];
