import { openDemo, closeModel } from "@/features/creator/modelActions.ts";
import { cancelRun, togglePaused } from "@/features/creator/runActions.ts";
import { isActive, useCreator } from "@/features/creator/store.ts";
import { usePreferences } from "@/features/shared/preferences.ts";
import { useShell } from "./shellStore.ts";

/** What an action may do beyond the stores; the screens hand it in. */
export interface ActionContext {
  navigate: (
    to:
      | "/"
      | "/audit"
      | "/challenges"
      | "/runs"
      | "/settings"
      | "/wallet"
      | "/market"
      | "/revenue"
      | "/permissions",
  ) => void;
}

export interface Action {
  id: string;
  label: string;
  group: "Go to" | "Model" | "Run" | "View" | "Help";
  /** As shown, for example `Mod+K`. Empty when it has none. */
  keys: string;
  /** True for a single key, which must not fire while typing or on a focused button. */
  bare?: boolean;
  enabled: () => boolean;
  perform: (context: ActionContext) => void;
}

const always = (): boolean => true;
const idle = (): boolean => !isActive(useCreator.getState().run);

/** Every command once: the menu, the shortcuts and the palette are drawn from this list. */
export const ACTIONS: readonly Action[] = [
  {
    id: "palette",
    label: "Search commands",
    group: "Help",
    keys: "Mod+K",
    enabled: always,
    perform: () => useShell.setState({ overlay: "palette" }),
  },
  {
    id: "open",
    label: "Open a model",
    group: "Model",
    keys: "Mod+O",
    enabled: idle,
    perform: openFilePicker,
  },
  {
    id: "demo",
    label: "Open the demo model",
    group: "Model",
    keys: "",
    enabled: idle,
    perform: ({ navigate }) => {
      navigate("/");
      void openDemo();
    },
  },
  {
    id: "close",
    label: "Close the model",
    group: "Model",
    keys: "",
    enabled: () => idle() && useCreator.getState().model !== null,
    perform: closeModel,
  },
  {
    id: "pause",
    label: "Pause or resume the run",
    group: "Run",
    keys: "Space",
    bare: true,
    enabled: () => ["running", "paused"].includes(useCreator.getState().run?.status ?? ""),
    perform: togglePaused,
  },
  {
    id: "cancel",
    label: "Cancel the run",
    group: "Run",
    keys: "",
    enabled: () => !idle(),
    perform: cancelRun,
  },
  go("creator", "Creator", "/"),
  go("auditor", "Auditor", "/audit"),
  go("challenges", "Challenges", "/challenges"),
  go("market", "Market", "/market"),
  go("revenue", "Revenue", "/revenue"),
  go("permissions", "Permissions", "/permissions"),
  go("runs", "Runs", "/runs"),
  go("settings", "Settings", "/settings"),
  go("wallet", "Wallet", "/wallet"),
  {
    id: "theme",
    label: "Switch between light and dark",
    group: "View",
    keys: "",
    enabled: always,
    perform: () => {
      const { theme, set } = usePreferences.getState();
      const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
      const dark = theme === "dark" || (theme === "auto" && systemDark);
      set({ theme: dark ? "light" : "dark" });
    },
  },
  {
    id: "shortcuts",
    label: "List keyboard shortcuts",
    group: "Help",
    keys: "?",
    bare: true,
    enabled: always,
    perform: () => useShell.setState({ overlay: "shortcuts" }),
  },
];

function go(id: string, label: string, to: Parameters<ActionContext["navigate"]>[0]): Action {
  return {
    id,
    label,
    group: "Go to",
    keys: "",
    enabled: always,
    perform: ({ navigate }) => navigate(to),
  };
}

/** Opens the folder picker of the screen's first drop zone; on other screens goes to the creator. */
function openFilePicker({ navigate }: ActionContext): void {
  const input = document.querySelector<HTMLInputElement>("main input[type=file]");
  if (input !== null) input.click();
  else {
    closeModel();
    navigate("/");
  }
}
