// @ts-check
import { spawn } from "node:child_process";

/** @param {string} url @returns {[string, string[]] | null} */
function opener(url) {
  if (process.platform === "darwin") return ["open", [url]];
  if (process.platform === "win32") return ["cmd", ["/c", "start", "", url]];
  const display = process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY;
  return display ? ["xdg-open", [url]] : null;
}

/**
 * Opens the address in the user's browser when somebody is there to see it; never fails.
 * @param {string} url
 */
export function openBrowser(url) {
  if (!process.stdout.isTTY || process.env.CI) return;
  const command = opener(url);
  if (command === null) return;
  const child = spawn(command[0], command[1], { stdio: "ignore", detached: true });
  child.once("error", () => {});
  child.unref();
}
