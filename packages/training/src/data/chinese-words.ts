import type { ColorName } from "./dominant-color.ts";
import type { StyleWord } from "./emoji/styles.ts";

export const CHINESE_COLORS: Readonly<Record<ColorName, string>> = {
  red: "红色",
  orange: "橙色",
  yellow: "黄色",
  green: "绿色",
  blue: "蓝色",
  purple: "紫色",
  pink: "粉色",
  brown: "棕色",
  black: "黑色",
  gray: "灰色",
  white: "白色",
};

export const CHINESE_STYLES: Readonly<Record<StyleWord, string>> = {
  glossy: "光泽",
  flat: "扁平",
  shaded: "立体",
  simple: "简约",
};
