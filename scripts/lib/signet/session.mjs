// @ts-check
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { ensureBuild } from "../build.mjs";
import { startServer } from "../server.mjs";
import { existingParent, makeProfile, openPage } from "./browser.mjs";
import { Cancelled, PageError } from "./errors.mjs";

const CANCEL_MS = 3000;

/**
 * @typedef {{ path: string, url: string, sizeBytes: number }} UrlEntry
 * @typedef {object} Session
 * @property {(folder: string) => readonly UrlEntry[]} entries of a served folder, by its name
 * @property {string | null} uploadUrl base URL for PUT
 * @property {(method: string, params: unknown) => Promise<any>} call
 *
 * @typedef {object} SessionOptions
 * @property {Record<string, ReadonlyMap<string, string>>} folders name to files, served read-only
 * @property {string} [uploadTo] folder that results are written to
 * @property {string} [root] folder of the built page, instead of a fresh build
 * @property {"auto" | "webgpu" | "cpu"} device
 * @property {(event: any) => void} onEvent
 * @property {AbortSignal} signal
 */

/** @param {ReadonlyMap<string, string>} files */
function totalBytes(files) {
  let bytes = 0;
  for (const path of files.values()) bytes += statSync(path).size;
  return bytes;
}

/** @param {string} prefix @param {string} origin @param {ReadonlyMap<string, string>} files */
function urlEntries(prefix, origin, files) {
  return [...files].map(([path, file]) => ({
    path,
    url: `${origin}${prefix}${path.split("/").map(encodeURIComponent).join("/")}`,
    sizeBytes: statSync(file).size,
  }));
}

/**
 * Rejects when the page or its browser goes away, or when the run is cancelled; never resolves.
 *
 * @param {import("@playwright/test").Page} page
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function interruption(page, signal) {
  return new Promise((_, reject) => {
    const gone = (/** @type {string} */ message) =>
      reject(signal.aborted ? new Cancelled() : new Error(message));
    page.once("crash", () => gone("The page ran out of memory or crashed"));
    page.once("close", () => gone("Chromium ended unexpectedly"));
    const cancel = async () => {
      const asked = page
        .evaluate(() => Reflect.get(globalThis, "signetHeadless")?.cancel())
        .catch(() => {});
      await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, CANCEL_MS))]);
      reject(new Cancelled());
    };
    if (signal.aborted) void cancel();
    else signal.addEventListener("abort", () => void cancel(), { once: true });
  });
}

/**
 * Calls the page; what it throws comes back with its code and hint.
 *
 * @param {import("@playwright/test").Page} page
 * @param {string} method
 * @param {unknown} params
 */
async function callPage(page, method, params) {
  const answer = await page.evaluate(
    async ([name, argument]) => {
      try {
        const headless = Reflect.get(globalThis, "signetHeadless");
        if (headless === undefined) throw new Error("The page has no headless interface.");
        return { result: await headless[name](argument) };
      } catch (error) {
        const { name: kind, code, message, hint, details } = Object(error);
        const known = typeof code === "string" ? { code, hint, details } : {};
        return { error: { name: kind, message: String(message ?? error), ...known } };
      }
    },
    /** @type {[string, unknown]} */ ([method, params]),
  );
  if (answer.error !== undefined) throw new PageError(answer.error);
  return answer.result;
}

/**
 * Serves the built studio with the given folders under an unguessable path, opens it in headless
 * Chromium and hands over a way to call its workers. Everything is taken down again at the end.
 *
 * @template T
 * @param {SessionOptions} options
 * @param {(session: Session) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSession(options, work) {
  const root = options.root ?? (await ensureBuild({ quiet: true }));
  const { signal } = options;
  const token = randomBytes(24).toString("base64url");
  const prefixes = Object.keys(options.folders).map((name) => [name, `/${token}/${name}/`]);
  const modelBytes = Math.max(0, ...Object.values(options.folders).map(totalBytes));
  const uploads = { prefix: `/${token}/out/`, directory: options.uploadTo ?? "" };
  const server = await startServer({
    root,
    mounts: prefixes.map(([name, prefix]) => ({ prefix, files: options.folders[name] })),
    ...(options.uploadTo === undefined ? {} : { uploads }),
  });
  const profile = makeProfile(modelBytes, existingParent(options.uploadTo ?? process.cwd()));
  /** @type {import("@playwright/test").BrowserContext | null} */
  let context = null;
  const removeProfile = () => profile.remove();
  process.once("exit", removeProfile);
  try {
    if (signal.aborted) throw new Cancelled();
    const url = `${server.origin}/?headless`;
    const opened = await openPage({ profile: profile.folder, url, device: options.device });
    context = opened.context;
    const { page } = opened;
    const interrupted = interruption(page, signal);
    interrupted.catch(() => {});
    await page.exposeFunction("signetHeadlessEvent", options.onEvent);
    await Promise.race([page.waitForFunction(() => "signetHeadless" in window), interrupted]);
    const bases = new Map(prefixes.map(([name, prefix]) => [name, prefix]));
    return await Promise.race([
      work({
        entries: (name) => urlEntries(bases.get(name) ?? "", server.origin, options.folders[name]),
        uploadUrl: options.uploadTo === undefined ? null : `${server.origin}${uploads.prefix}`,
        call: (method, params) => callPage(page, method, params),
      }),
      interrupted,
    ]);
  } catch (error) {
    throw signal.aborted ? new Cancelled() : error;
  } finally {
    await context?.close().catch(() => {});
    await server.close();
    removeProfile();
    process.off("exit", removeProfile);
  }
}
