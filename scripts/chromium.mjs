// @ts-check
// Finds a Chromium that has WebGPU: an installed one, then Playwright's, then Debian's package.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** WebGPU in workers, OPFS sync handles and the new headless mode are all there from here on. */
const OLDEST_MAJOR = 122;

/** Quiet and alone: no calls home, no first-run pages. */
const COMMON_ARGS = [
  "--enable-unsafe-webgpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
  "--disable-dev-shm-usage",
];

/** Arguments that give headless Chromium a WebGPU adapter on a machine without a GPU. */
export const CHROMIUM_ARGS = ["--no-sandbox", "--use-webgpu-adapter=swiftshader", ...COMMON_ARGS];

/** Headless Chromium on Linux finds a GPU through Vulkan only; without one these leave no adapter. */
const VULKAN_ARGS = ["--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface"];
const hasGpuNode = ["/dev/nvidia0", "/dev/dri/renderD128"].some((path) => existsSync(path));

/** Arguments that use the machine's own GPU where it has one. */
export const HARDWARE_ARGS = [
  ...COMMON_ARGS,
  "--ignore-gpu-blocklist",
  ...(process.platform === "linux" && hasGpuNode ? VULKAN_ARGS : []),
];

/**
 * Starts nothing but `--version`, which also shows missing shared libraries and package stubs.
 * @param {string | undefined} path
 * @returns {path is string}
 */
function works(path) {
  if (!path || !existsSync(path)) return false;
  if (process.platform === "win32") return true;
  try {
    const text = execFileSync(path, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 30_000,
    });
    return Number(/(\d+)\.\d+/.exec(text)?.[1] ?? 0) >= OLDEST_MAJOR;
  } catch {
    return false;
  }
}

/** @returns {string | undefined} the one that SIGNET_CHROMIUM names, or an installed one */
export function findInstalledChromium() {
  return process.env.SIGNET_CHROMIUM ?? INSTALLED.find(works);
}

async function playwrightChromium() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return works(path) ? path : undefined;
}

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  execFileSync(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

/** @param {readonly string[]} args */
function runPlaywright(args) {
  const manifest = createRequire(import.meta.url).resolve("@playwright/test/package.json");
  run(process.execPath, [join(dirname(manifest), "cli.js"), ...args]);
}

/** @type {{ name: string, install: () => Promise<string | undefined> | string | undefined }[]} */
const INSTALLERS = [
  {
    name: "Playwright's download",
    install: async () => {
      runPlaywright(["install", "chromium"]);
      const path = await playwrightChromium();
      if (path || process.getuid?.() !== 0) return path;
      runPlaywright(["install-deps", "chromium"]);
      return playwrightChromium();
    },
  },
  {
    name: "Debian's package chromium",
    install: () => {
      run("apt-get", ["update", "-qq"]);
      run("apt-get", ["install", "-y", "-qq", "chromium"]);
      return findInstalledChromium();
    },
  },
];

/** @returns {Promise<string>} path of an executable; installs one when none is found */
export async function ensureChromium() {
  const named = process.env.SIGNET_CHROMIUM;
  if (named !== undefined && !existsSync(named)) {
    throw new Error(`SIGNET_CHROMIUM names "${named}", which is not there.`);
  }
  const found = findInstalledChromium() ?? (await playwrightChromium());
  if (found) return found;
  process.stderr.write("Looking for a Chromium to install…\n");
  const tried = [];
  for (const { name, install } of INSTALLERS) {
    try {
      const path = await install();
      if (path) return path;
      tried.push(`${name} does not start`);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      tried.push(`${name} failed (${text.split("\n", 1)[0]})`);
    }
  }
  throw new Error(
    "No Chromium with WebGPU was found. Install Chrome or Chromium and set SIGNET_CHROMIUM to it, " +
      "or run `npx playwright install chromium`, or `apt-get install chromium`. " +
      `${tried.join("; ")}.`,
  );
}
