import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cancelled } from "./errors.mjs";
import { withSession } from "./session.mjs";

// A page that stands in for the studio, so that serving, calling and stopping are tested alone.
const PAGE = `<!doctype html><meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'self'; connect-src 'self'"><script src="/page.js"></script>`;
const SCRIPT = `
  class Refused extends Error { code = "PASSPHRASE_WRONG"; hint = "Try again."; }
  let stop;
  window.signetHeadless = {
    async copy({ files, uploadUrl, passphrase }) {
      window.signetHeadlessEvent({ type: "progress", fraction: 0.5 });
      const bytes = await (await fetch(files[0].url, { headers: { Range: "bytes=1-3" } })).text();
      const answer = await fetch(uploadUrl + "model/a%20b.txt", { method: "PUT", body: bytes });
      const { quota } = await navigator.storage.estimate();
      return { status: answer.status, files, quota, passphrase, url: location.href };
    },
    async refuse() { throw new Refused("The passphrase is wrong."); },
    hang() { return new Promise((resolve, reject) => { stop = reject; }); },
    async cancel() { stop(new DOMException("cancelled", "AbortError")); },
  };`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signet-session-"));
  for (const name of ["page", "out"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "page/index.html"), PAGE);
  writeFileSync(join(folder, "page/page.js"), SCRIPT);
  writeFileSync(join(folder, "w é.bin"), "abcdef");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function options(onEvent: (event: unknown) => void = () => {}) {
  return {
    root: join(folder, "page"),
    folders: { model: new Map([["sub/w é.bin", join(folder, "w é.bin")]]) },
    uploadTo: join(folder, "out"),
    device: "cpu" as const,
    onEvent,
    signal: new AbortController().signal,
  };
}

test("the page reads the model, tells of progress and puts results", async () => {
  const events: unknown[] = [];
  const result = await withSession(
    options((event) => events.push(event)),
    ({ entries, uploadUrl, call }) =>
      call("copy", { files: entries("model"), uploadUrl, passphrase: "p" }),
  );
  expect(result.status).toBe(204);
  expect(result.files).toMatchObject([{ path: "sub/w é.bin", sizeBytes: 6 }]);
  expect(result.url).not.toContain("p=");
  expect(result.quota).toBeGreaterThan(1e9);
  expect(events).toEqual([{ type: "progress", fraction: 0.5 }]);
  expect(readFileSync(join(folder, "out/model/a b.txt"), "utf8")).toBe("bcd");
  expect(readdirSync(join(folder, "out"))).toEqual(["model"]);
});

test("an error of the page keeps its code and hint", async () => {
  await expect(withSession(options(), ({ call }) => call("refuse", {}))).rejects.toMatchObject({
    code: "PASSPHRASE_WRONG",
    message: "The passphrase is wrong.",
    hint: "Try again.",
  });
});

test("aborting ends a call that hangs", async () => {
  const controller = new AbortController();
  const running = withSession({ ...options(), signal: controller.signal }, ({ call }) => {
    setTimeout(() => controller.abort(), 200);
    return call("hang", {});
  });
  await expect(running).rejects.toBeInstanceOf(Cancelled);
});
