import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { usePreferences } from "@/features/shared/preferences.ts";
import type { Theme } from "@/features/shared/preferences.ts";
import { IconButton } from "@/ui/IconButton.tsx";

const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const ICONS = { auto: <Monitor />, light: <Sun />, dark: <Moon /> };
const NAMES: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

export function ThemeSwitch(): ReactNode {
  const theme = usePreferences((state) => state.theme);
  const set = usePreferences((state) => state.set);
  return (
    <IconButton
      label={`Theme: ${NAMES[theme]}. Change to ${NAMES[NEXT[theme]]}`}
      icon={ICONS[theme]}
      onClick={() => set({ theme: NEXT[theme] })}
    />
  );
}
