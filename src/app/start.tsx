import type { Root } from "react-dom/client";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { probeDevice } from "@/features/shared/device.ts";
import { App } from "./App.tsx";
import { countSent } from "./sentStore.ts";
import { followTheme } from "./theme.ts";

/** Puts the studio on the page. */
export function start(root: Root): void {
  followTheme();
  countSent();
  root.render(<App />);
  void probeDevice();
  keepForOffline();
}

/** Only the build has the worker, and only secure origins may have one. */
function keepForOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const url = new URL(`${import.meta.env.BASE_URL}sw.js`, document.baseURI);
  // Without it the studio works as long as the network does.
  navigator.serviceWorker.register(url).catch(() => undefined);
}
