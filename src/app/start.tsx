import type { Root } from "react-dom/client";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { probeDevice } from "@/features/shared/device.ts";
import { App } from "./App.tsx";
import { followTheme } from "./theme.ts";

/** Puts the studio on the page. */
export function start(root: Root): void {
  followTheme();
  root.render(<App />);
  void probeDevice();
}
