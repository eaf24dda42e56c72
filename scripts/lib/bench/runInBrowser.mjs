// @ts-check
import { rmSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { CHROMIUM_ARGS, ensureChromium, HARDWARE_ARGS } from "../../chromium.mjs";
import { ROOT } from "../paths.mjs";
import { startServer } from "../server.mjs";

/**
 * @typedef {import("../../../bench/compareModel.ts").ModelResult} ModelResult
 * @typedef {import("../../../bench/cpuMatmul.ts").MatmulResult} MatmulResult
 * @typedef {object} BenchResults
 * @property {{ processor: string, cores: number, memoryBytes: number, browser: string }} machine
 * @property {ModelResult[]} models
 * @property {MatmulResult[]} cpuMatmul
 */

/** @param {string} folder */
async function buildPage(folder) {
  const { build } = await import("vite");
  await build({
    configFile: false,
    root: join(ROOT, "bench"),
    resolve: { alias: { "@": join(ROOT, "src") } },
    worker: { format: "es" },
    build: {
      target: "es2022",
      outDir: folder,
      emptyOutDir: true,
      chunkSizeWarningLimit: 2000,
    },
    logLevel: "warn",
  });
}

/** @param {boolean} hardware */
async function launch(hardware) {
  const { chromium } = await import("@playwright/test");
  return chromium.launch({
    executablePath: await ensureChromium(),
    args: hardware ? HARDWARE_ARGS : CHROMIUM_ARGS,
    headless: true,
  });
}

/** @param {string} text */
function progress(text) {
  process.stderr.write(`${text}\n`);
}

/** @param {import("@playwright/test").Browser} browser */
async function processorSeconds(browser) {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  } finally {
    await session.detach();
  }
}

/** @param {import("@playwright/test").Browser} browser */
function machineOf(browser) {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    browser: `Chromium ${browser.version()}`,
  };
}

/**
 * Every model gets a page of its own, so that no engine keeps memory from the model before.
 *
 * @template T
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {(page: import("@playwright/test").Page) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inNewPage(browser, url, work) {
  const page = await browser.newPage();
  try {
    page.on("pageerror", (error) => progress(`page: ${error.message}`));
    await page.exposeFunction("benchProgress", progress);
    await page.exposeFunction("benchProcessorSeconds", () => processorSeconds(browser));
    await page.goto(url);
    await page.waitForFunction(() => globalThis.signetBench !== undefined);
    return await work(page);
  } finally {
    await page.close();
  }
}

/**
 * Builds the page, opens it in headless Chromium and runs the comparisons one after the other.
 *
 * @param {{ hardware: boolean, models: { model: "small" | "big", rounds: number, steps: number }[] }} options
 * @returns {Promise<BenchResults>}
 */
export async function runInBrowser({ hardware, models }) {
  const folder = join(ROOT, ".cache", `bench-${process.pid}`);
  /** @type {(() => Promise<unknown>)[]} */
  const closers = [];
  try {
    await buildPage(folder);
    const server = await startServer({ root: folder });
    closers.push(() => server.close());
    const browser = await launch(hardware);
    closers.push(() => browser.close());
    const results = [];
    for (const options of models) {
      const result = await inNewPage(browser, server.origin, (page) =>
        page.evaluate((chosen) => globalThis.signetBench?.compareModel(chosen), options),
      );
      if (result !== undefined) results.push(result);
    }
    const cpuMatmul = await inNewPage(browser, server.origin, (page) =>
      page.evaluate(() => globalThis.signetBench?.cpuMatmul()),
    );
    return { machine: machineOf(browser), models: results, cpuMatmul: cpuMatmul ?? [] };
  } finally {
    for (const close of closers.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}
