import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pathSegments, startServer, type RunningServer } from "./server.mjs";

const POLICY = "default-src 'self'; connect-src 'self'";
let folder: string;
let server: RunningServer;

/** Sends a path as it stands; fetch would tidy it first. */
function raw(
  path: string,
  method = "GET",
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: server.port, path, method }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-server-"));
  const root = join(folder, "dist");
  mkdirSync(join(root, "assets"), { recursive: true });
  mkdirSync(join(folder, "out"));
  writeFileSync(
    join(root, "index.html"),
    `<html><meta http-equiv="Content-Security-Policy" content="${POLICY}" /><p>page</p>`,
  );
  writeFileSync(join(root, "assets/app-abc.js"), "export {};");
  writeFileSync(join(root, "assets/ort.wasm"), "0123456789");
  writeFileSync(join(root, ".source-hash"), "hidden");
  writeFileSync(join(folder, "secret.txt"), "outside");
  writeFileSync(join(folder, "weights.bin"), "abcdefghij");
  symlinkSync(join(folder, "secret.txt"), join(root, "link.txt"));
  server = await startServer({
    root,
    mounts: [
      { prefix: "/k3y/model/", files: new Map([["a b/w.bin", join(folder, "weights.bin")]]) },
    ],
    uploads: { prefix: "/k3y/out/", directory: join(folder, "out") },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("pages and assets carry their types, policies and caching", async () => {
  const page = await fetch(`${server.origin}/`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).toBe(`${POLICY}; frame-ancestors 'none'`);
  expect(page.headers.get("document-isolation-policy")).toBe("isolate-and-require-corp");
  expect(page.headers.get("cross-origin-opener-policy")).toBeNull();
  expect(page.headers.get("cross-origin-embedder-policy")).toBeNull();
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const script = await fetch(`${server.origin}/assets/app-abc.js`);
  expect(script.headers.get("content-type")).toContain("text/javascript");
  expect(script.headers.get("cache-control")).toContain("immutable");
  const wasm = await fetch(`${server.origin}/assets/ort.wasm`);
  expect(wasm.headers.get("content-type")).toBe("application/wasm");
});

test("addresses of the router get the page, missing files do not", async () => {
  expect(await (await fetch(`${server.origin}/audit/run?id=3`)).text()).toContain("page");
  expect((await fetch(`${server.origin}/assets/none.js`)).status).toBe(404);
});

test("ranges", async () => {
  const url = `${server.origin}/k3y/model/a%20b/w.bin`;
  const get = (range: string) => fetch(url, { headers: { Range: range } });
  const middle = await get("bytes=2-4");
  expect(middle.status).toBe(206);
  expect(middle.headers.get("content-range")).toBe("bytes 2-4/10");
  expect(await middle.text()).toBe("cde");
  expect(await (await get("bytes=7-")).text()).toBe("hij");
  expect(await (await get("bytes=-2")).text()).toBe("ij");
  expect(await (await get("bytes=8-99")).text()).toBe("ij");
  const beyond = await get("bytes=10-");
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get("content-range")).toBe("bytes */10");
  const several = await get("bytes=0-1,3-4");
  expect(several.status).toBe(200);
  expect(await several.text()).toBe("abcdefghij");
  const head = await fetch(url, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe("10");
  expect(head.headers.get("accept-ranges")).toBe("bytes");
});

test("validators save a second transfer", async () => {
  const first = await fetch(`${server.origin}/assets/app-abc.js`);
  const etag = first.headers.get("etag") ?? "";
  const second = await fetch(`${server.origin}/assets/app-abc.js`, {
    headers: { "If-None-Match": etag },
  });
  expect(second.status).toBe(304);
});

test.each([
  "/../secret.txt",
  "/assets/../../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/..%5csecret.txt",
  "/assets//../secret.txt",
  "//secret.txt",
  "/link.txt",
  "/.source-hash",
  "/%00",
  "/%zz",
  "/k3y/model/../../secret.txt",
  "/k3y/model/w.bin",
  "/k3y/model/",
])("nothing outside is served: %s", async (path) => {
  const { status, text } = await raw(path);
  expect([400, 404]).toContain(status);
  expect(text).not.toMatch(/outside|hidden/);
});

test("results are written whole, below their folder only", async () => {
  expect((await raw("/k3y/out/model/w.bin", "PUT", "result")).status).toBe(204);
  expect(readFileSync(join(folder, "out/model/w.bin"), "utf8")).toBe("result");
  expect(readdirSync(join(folder, "out/model"))).toEqual(["w.bin"]);
  for (const path of ["/k3y/out/../x", "/k3y/out/%2e%2e%2fx", "/k3y/out//x", "/k3y/out/", "/x"]) {
    expect((await raw(path, "PUT", "no")).status).toBeGreaterThanOrEqual(400);
  }
  expect(readdirSync(folder).sort()).toEqual(["dist", "out", "secret.txt", "weights.bin"]);
  expect((await raw("/k3y/model/a%20b/w.bin", "PUT", "no")).status).toBe(405);
  expect((await raw("/", "DELETE")).status).toBe(405);
});

test("a broken upload leaves nothing behind", async () => {
  const sent = request({
    host: "127.0.0.1",
    port: server.port,
    path: "/k3y/out/broken/part.bin",
    method: "PUT",
    headers: { "Content-Length": 100 },
  });
  sent.once("error", () => {});
  sent.write("half");
  await new Promise((resolve) => setTimeout(resolve, 200));
  sent.destroy();
  await expect.poll(() => readdirSync(join(folder, "out/broken"))).toEqual([]);
});

test("a busy port is reported", async () => {
  await expect(startServer({ root: folder, port: server.port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

test("paths are cut at the query and decoded once", () => {
  expect(pathSegments("/a%20b/c?x=/../d#e")).toEqual(["a b", "c"]);
  expect(pathSegments("/%252e%252e/x")).toEqual(["%2e%2e", "x"]);
  expect(pathSegments("*")).toBeNull();
});
