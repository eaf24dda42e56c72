import { usePreferences } from "@/features/shared/preferences.ts";
import type { Theme } from "@/features/shared/preferences.ts";

/** Keeps the page's theme what the user chose; auto leaves it to the system. */
export function followTheme(): void {
  apply(usePreferences.getState().theme);
  usePreferences.subscribe(({ theme }) => apply(theme));
}

function apply(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
