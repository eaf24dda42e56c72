// @ts-check
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CHROMIUM_ARGS, ensureChromium, HARDWARE_ARGS } from "../../chromium.mjs";

/** @typedef {import("@playwright/test").BrowserContext} BrowserContext */

/** Nothing but this machine can be reached, whatever a page might try. */
const ALONE_ARGS = [
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** @param {string} folder */
function freeBytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/**
 * A profile on disk, since browsers without one get little storage. It lies where there is room for
 * checkpoints and results: in the system's temporary folder, or else in the other folder named.
 *
 * @param {number} modelBytes
 * @param {string} other
 */
export function makeProfile(modelBytes, other) {
  const temporary = tmpdir();
  const parent =
    freeBytes(temporary) > 8 * modelBytes || freeBytes(other) <= freeBytes(temporary)
      ? temporary
      : other;
  const folder = mkdtempSync(join(parent, ".signet-profile-"));
  return {
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/**
 * @param {string} profile
 * @param {boolean} software take the software adapter that Chromium brings along
 * @returns {Promise<BrowserContext>}
 */
async function launch(profile, software) {
  const { chromium } = await import("@playwright/test");
  const executablePath = await ensureChromium();
  const args = [...(software ? CHROMIUM_ARGS : HARDWARE_ARGS), ...ALONE_ARGS];
  /** @param {boolean} chromiumSandbox */
  const start = (chromiumSandbox) =>
    chromium.launchPersistentContext(profile, {
      executablePath,
      args,
      chromiumSandbox,
      headless: true,
      acceptDownloads: false,
      serviceWorkers: "block",
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  // Root cannot have the sandbox, and some systems keep user namespaces from everybody.
  if (software || process.getuid?.() === 0) return start(false);
  return start(true).catch(() => start(false));
}

/** @param {import("@playwright/test").Page} page */
async function hasAdapter(page) {
  return page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
}

/**
 * Opens the page in headless Chromium, on the machine's GPU where there is one. Only a caller who
 * asks for WebGPU outright gets the software adapter; left to choose, the engine takes the CPU.
 *
 * @param {{ profile: string, url: string, device: string }} options
 */
export async function openPage({ profile, url, device }) {
  let context = await launch(profile, false);
  let page = context.pages()[0] ?? (await context.newPage());
  await page.goto(url);
  if (device === "webgpu" && !(await hasAdapter(page))) {
    await context.close();
    context = await launch(profile, true);
    page = context.pages()[0] ?? (await context.newPage());
    await page.goto(url);
  }
  return { context, page };
}

/** @param {string} folder @returns {string} */
export function existingParent(folder) {
  let parent = folder;
  while (freeBytes(parent) === 0 && dirname(parent) !== parent) parent = dirname(parent);
  return parent;
}
