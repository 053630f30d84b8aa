export const THEMES = ["system", "paper", "plate"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "mezzotint_theme";
const COOKIE_AGE_S = 365 * 24 * 3_600;

export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

export function themeWorn(): Theme {
  return parseTheme(document.documentElement.dataset["theme"]);
}

/** Shows the theme now and remembers it; the server reads the cookie, so the next page starts in it. */
export function wearTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${COOKIE_AGE_S}; samesite=lax`;
}
