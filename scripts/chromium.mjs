// Finds a Chromium that has WebGPU: an installed one, then Playwright's, then Debian's package.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const INSTALLED = [
  process.env.SIGNET_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Arguments that give headless Chromium a WebGPU adapter on a machine without a GPU. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=WebGPU",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
  "--disable-dev-shm-usage",
];

export function findInstalledChromium() {
  return INSTALLED.find((path) => path && existsSync(path));
}

async function playwrightChromium() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

function run(command, args) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 300_000 });
}

/** @returns {Promise<string>} path of an executable; installs one when none is found. */
export async function ensureChromium() {
  const found = findInstalledChromium() ?? (await playwrightChromium());
  if (found) return found;
  const tried = [];
  try {
    run(process.execPath, ["node_modules/@playwright/test/cli.js", "install", "chromium"]);
    const path = await playwrightChromium();
    if (path) return path;
  } catch (error) {
    tried.push(`Playwright's download failed (${String(error.message).split("\n")[0]})`);
  }
  try {
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "chromium"]);
    const path = findInstalledChromium();
    if (path) return path;
  } catch (error) {
    tried.push(`Debian's package chromium failed (${String(error.message).split("\n")[0]})`);
  }
  throw new Error(
    "No Chromium with WebGPU was found. Install Chrome or Chromium and set SIGNET_CHROMIUM to it, " +
      "or run `npx playwright install chromium`, or `apt-get install chromium`. " +
      tried.join("; "),
  );
}
