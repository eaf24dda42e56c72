import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blobSource, bytesSource, handleSource, readChunks } from "./byteSource.ts";
import type { ByteSource } from "./byteSource.ts";
import { httpSource } from "./httpSource.ts";

const DATA = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const aborted = AbortSignal.abort();

let server: ReturnType<typeof createServer>;
let base = "";
let etag = '"1"';

/** A small file server: /ranges honours ranges, /whole ignores them, /404, /vague, /changing, /short. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
  const path = new URL(request.url ?? "/", "http://x").pathname;
  const [start, end] = [Number(from), Number(to) + 1];
  const range = { "content-range": `bytes ${start}-${end - 1}/${DATA.length}`, etag };
  if (path === "/whole") response.writeHead(200).end(DATA);
  else if (path === "/ranges") response.writeHead(206, range).end(DATA.subarray(start, end));
  else if (path === "/vague") response.writeHead(206).end(DATA.subarray(start, end));
  else if (path === "/short") {
    response.writeHead(206, range).end(DATA.subarray(start, Math.min(end, 5)));
  } else if (path === "/empty") response.writeHead(416).end();
  else response.writeHead(404).end("no");
}

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  base = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(() => {
  server.close();
});

const sources: [string, () => Promise<ByteSource>][] = [
  ["bytes", async () => bytesSource("f", DATA)],
  ["Node buffer", async () => bytesSource("f", Buffer.from(DATA))],
  ["blob", async () => blobSource(new Blob([DATA]), "f")],
  ["handle", () => handleSource({ name: "f", getFile: async () => new Blob([DATA]) })],
  ["HTTP ranges", () => httpSource(`${base}/ranges?token=secret`)],
  ["HTTP without ranges", () => httpSource(`${base}/whole`)],
];

describe.each(sources)("%s", (_, open) => {
  test("reads any range as a copy", async () => {
    const source = await open();
    expect(source.sizeBytes).toBe(1000);
    expect(await source.read(10, 20)).toEqual(DATA.slice(10, 20));
    expect(await source.read(0, 1000)).toEqual(DATA);
    expect(await source.read(7, 7)).toEqual(new Uint8Array());
    (await source.read(0, 4)).fill(9);
    expect(await source.read(0, 4)).toEqual(DATA.slice(0, 4));
  });

  test("refuses what lies beyond the end", async () => {
    await expect((await open()).read(990, 1001)).rejects.toMatchObject({ code: "FILE_TRUNCATED" });
  });

  test("stops when aborted", async () => {
    await expect((await open()).read(0, 5, aborted)).rejects.toMatchObject({ name: "AbortError" });
  });
});

test("chunks cover the range in order", async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(bytesSource("f", DATA), 3, 1000, undefined, 300)) {
    chunks.push(chunk);
  }
  expect(chunks.map(({ length }) => length)).toEqual([300, 300, 300, 97]);
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(DATA.slice(3)));
});

describe("files that went away", () => {
  const gone = { name: "f", getFile: () => Promise.reject(new Error("gone")) };
  class Broken extends Blob {
    override slice(): Blob {
      const part = new Blob();
      part.arrayBuffer = () => Promise.reject(new DOMException("changed", "NotReadableError"));
      return part;
    }
  }

  test("a handle that cannot be opened", async () => {
    await expect(handleSource(gone)).rejects.toMatchObject({ code: "READ_FAILED" });
  });

  test("a file that changed on disk", async () => {
    const source = blobSource(new Broken([DATA]), "f");
    await expect(source.read(0, 5)).rejects.toMatchObject({ code: "READ_FAILED" });
  });
});

describe("HTTP errors", () => {
  test.each(["/missing", "/vague"])("%s", async (path) => {
    await expect(httpSource(base + path)).rejects.toMatchObject({ code: "HTTP_FAILED" });
  });

  test("nobody there", async () => {
    await expect(httpSource("http://127.0.0.1:1/x")).rejects.toMatchObject({ code: "HTTP_FAILED" });
  });

  test("the message holds no query", async () => {
    const error: unknown = await httpSource(`${base}/missing?token=secret`).catch(
      (e: unknown) => e,
    );
    expect(String(error)).toContain("404");
    expect(String(error)).not.toContain("secret");
  });

  test("a large file without ranges is not swallowed", async () => {
    const options = { maxWholeBytes: 999 };
    await expect(httpSource(`${base}/whole`, options)).rejects.toMatchObject({
      code: "HTTP_FAILED",
      message: expect.stringContaining("ignores byte ranges"),
    });
  });

  test("a body that is too short", async () => {
    const source = await httpSource(`${base}/short`);
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: "READ_FAILED" });
  });

  test("a file that changes between reads", async () => {
    const source = await httpSource(`${base}/ranges`);
    etag = '"2"';
    await expect(source.read(0, 10)).rejects.toMatchObject({
      code: "READ_FAILED",
      message: expect.stringContaining("changed on the server"),
    });
  });

  test("an empty file", async () => {
    expect((await httpSource(`${base}/empty`)).sizeBytes).toBe(0);
  });

  test("an aborted request is an AbortError", async () => {
    await expect(httpSource(`${base}/ranges`, { signal: aborted })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});
