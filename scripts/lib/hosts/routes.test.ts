import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fetchHosts } from "@/lib/hosts.ts";
import { startServer, type RunningServer } from "../server.mjs";
import { readHosts } from "./options.mjs";

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
}

type Answerer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const asJson: Answerer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end("{}");
};

let folder: string;
let upstream: Server;
let upstreamPort: number;
let server: RunningServer;
let answer: Answerer = asJson;
let seen: Seen[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-hosts-"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist/index.html"), "<p>page</p>");
  upstream = createServer((incoming, response) => {
    const { method = "", url = "", headers, rawHeaders } = incoming;
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    incoming.on("end", () => {
      seen.push({ method, url, headers, rawHeaders, body });
      answer(incoming, response, body);
    });
  });
  await new Promise<void>((resolve) => {
    upstream.listen(0, "127.0.0.1", resolve);
  });
  const address = upstream.address();
  upstreamPort = typeof address === "object" && address !== null ? address.port : 0;
  server = await startServer({
    root: join(folder, "dist"),
    hosts: [
      ...readHosts([
        `demo=http://127.0.0.1:${upstreamPort}/v1`,
        `below=http://localhost:${upstreamPort}/deep/er/`,
      ]),
      { name: "gone", url: "http://127.0.0.1:9" },
    ],
    patience: { silentMs: 400 },
  });
});

afterAll(async () => {
  await server.close();
  upstream.closeAllConnections();
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
  answer = asJson;
  seen = [];
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a path and headers as they stand; fetch would tidy them first. */
function raw(
  path: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string } = {},
): Promise<Answer> {
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: server.port, path, method, headers },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.once("error", reject);
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

const JSON_TYPE = { "content-type": "application/json" };
const post = (path: string, body = "{}", headers: Record<string, string | string[]> = {}) =>
  raw(path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body });

test("the page reads which hosts there are", async () => {
  expect(await fetchHosts(`${server.origin}/`)).toEqual([
    {
      name: "demo",
      url: `http://127.0.0.1:${upstreamPort}`,
      path: `${server.origin}/hosts/demo`,
    },
    {
      name: "below",
      url: `http://localhost:${upstreamPort}/deep/er`,
      path: `${server.origin}/hosts/below`,
    },
    { name: "gone", url: "http://127.0.0.1:9", path: `${server.origin}/hosts/gone` },
  ]);
  const list = await fetch(`${server.origin}/hosts.json`);
  expect(list.headers.get("cache-control")).toBe("no-store");
  expect(await list.json()).toMatchObject({ format: "signet-hosts", version: 1 });
  const plain = await startServer({ root: join(folder, "dist") });
  expect(await fetchHosts(`${plain.origin}/`)).toEqual([]);
  expect((await fetch(`${plain.origin}/hosts/demo/v1/models`)).status).toBe(404);
  await plain.close();
  expect(await fetchHosts(`${plain.origin}/`)).toEqual([]);
  expect(await fetchHosts(`http://127.0.0.1:${upstreamPort}/`)).toEqual([]);
});

test("a call goes to the listed base and nothing but its own headers goes along", async () => {
  answer = (_, response) => {
    response.writeHead(402, {
      "content-type": "application/json",
      "payment-required": "abc",
      "retry-after": "7",
      "x-oml-cost": "5",
      "set-cookie": "a=b",
      "access-control-allow-origin": "*",
      "service-worker-allowed": "/",
      location: "http://elsewhere.example/",
    });
    response.end('{"a":1}');
  };
  const back = await post("/hosts/demo/v1/chat/completions", '{"b":2}', {
    authorization: "Bearer oml1.x.y",
    "x-oml-voucher": "omlv1.x.y",
    "x-oml-voucher--": "kept",
    accept: "text/event-stream",
    cookie: "session=1",
    origin: server.origin.replace("localhost", "127.0.0.1"),
    referer: "http://127.0.0.1/",
    "x-forwarded-for": "10.0.0.1",
    te: "trailers",
    "x-omlvoucher": "no",
    upgrade: "h2c",
    "proxy-authorization": "Basic eA==",
  });
  expect(back).toMatchObject({ status: 402, text: '{"a":1}' });
  expect(back.headers).toMatchObject({
    "payment-required": "abc",
    "retry-after": "7",
    "x-oml-cost": "5",
    "cache-control": "no-store",
  });
  for (const name of ["set-cookie", "location", "access-control-allow-origin"]) {
    expect(back.headers[name]).toBeUndefined();
  }
  expect(back.headers["service-worker-allowed"]).toBeUndefined();
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: "POST", url: "/v1/chat/completions", body: '{"b":2}' });
  expect(Object.keys(seen[0].headers).sort()).toEqual([
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "x-oml-voucher",
    "x-oml-voucher--",
  ]);
  expect(seen[0].headers.host).toBe(`127.0.0.1:${upstreamPort}`);

  await raw("/hosts/below/oml/v1/receipts/12");
  expect(seen.at(-1)).toMatchObject({ method: "GET", url: "/deep/er/oml/v1/receipts/12" });
  await raw("/hosts/demo/healthz");
  expect(seen.at(-1)?.url).toBe("/healthz");
});

test.each([
  "/hosts",
  "/hosts/",
  "/hosts/demo",
  "/hosts/demo/",
  "/hosts/demo/v1",
  "/hosts/demo/v1/",
  "/hosts/demo/v1/x/",
  "/hosts/demo/v1//x",
  "/hosts/demo/v1/../admin",
  "/hosts/demo/v1/..",
  "/hosts/demo/v1/%2e%2e/admin",
  "/hosts/demo/v1/%2fadmin",
  "/hosts/demo/v1/x%20y",
  "/hosts/demo/v1/.hidden",
  "/hosts/demo/v1/a?b=c",
  "/hosts/demo/v1/a#b",
  "/hosts/demo/v1/a;b",
  "/hosts/demo/v1/a@elsewhere.example",
  "/hosts/demo/v1\\x",
  "/hosts/demo/V1/models",
  "/hosts/demo/v2/models",
  "/hosts/demo/admin",
  "/hosts/demo/healthz/x",
  "/hosts/demo/oml/x",
  "/hosts/Demo/v1/models",
  "/hosts/demo@elsewhere.example/v1/models",
  "/hosts/http:%2f%2felsewhere.example/v1/models",
  "/hosts/other/v1/models",
  "/hosts/../hosts/demo/v1/models",
  "//hosts/demo/v1/models",
  "http://elsewhere.example/hosts/demo/v1/models",
])("no host is asked for %s", async (path) => {
  const { status } = await raw(path);
  expect([400, 404]).toContain(status);
  expect(seen).toEqual([]);
});

test("other pages, names, methods and types are refused", async () => {
  const path = "/hosts/demo/v1/models";
  const evil = "elsewhere.example";
  const refused = [
    { origin: `http://${evil}` },
    { origin: "null" },
    { host: `${evil}:${server.port}`, origin: `http://${evil}:${server.port}` },
    { host: evil },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused) {
    expect(await raw(path, { headers })).toMatchObject({ status: 403 });
    expect(await post(path, "{}", headers)).toMatchObject({ status: 403 });
  }
  expect(await post(path, "{}", { "content-type": "text/plain" })).toMatchObject({ status: 415 });
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"]) {
    expect(await raw(path, { method })).toMatchObject({ status: 405 });
  }
  expect(seen).toEqual([]);
  expect(await raw(path, { headers: { "sec-fetch-site": "same-origin" } })).toMatchObject({
    status: 200,
  });
});

/** Bytes on the wire as they stand. */
function wire(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    let back = "";
    socket.on("data", (chunk: Buffer) => (back += chunk.toString()));
    socket.once("close", () => resolve(back));
    socket.once("error", reject);
    socket.end(text);
  });
}

test("a second request cannot be smuggled in", async () => {
  const head = `POST /hosts/demo/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const second = `GET /v1/secret HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const both = `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}`;
  expect(await wire(both)).toMatch(/^HTTP\/1\.1 400 /);
  const twice = `${head}Content-Length: 0\r\nContent-Length: ${second.length}\r\n\r\n${second}`;
  expect(await wire(twice)).toMatch(/^HTTP\/1\.1 400 /);
  const spaced = `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${second}`;
  expect(await wire(spaced)).toMatch(/^HTTP\/1\.1 400 /);
  const folded = `${head}X-OML-A: a\r\n b: c\r\n\r\n${second}`;
  await wire(folded);
  // The body of a GET is never passed on.
  const got = `GET /hosts/demo/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${second.length}\r\nConnection: close\r\n\r\n${second}`;
  await wire(got);
  expect(seen.every(({ url, body }) => url === "/v1/x" && body === "")).toBe(true);
});

test("redirects, pages and scripts are not passed on", async () => {
  for (const status of [301, 302, 307, 308]) {
    answer = (_, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${upstreamPort}/v1/secret` }).end();
    };
    expect(await raw("/hosts/demo/v1/x")).toMatchObject({ status: 502 });
    expect(seen.splice(0).map(({ url }) => url)).toEqual(["/v1/x"]);
  }
  for (const type of ["text/html", "text/javascript", "image/svg+xml", "application/jsonp", ""]) {
    answer = (_, response) => response.writeHead(200, { "content-type": type }).end("<p>hello</p>");
    const back = await raw("/hosts/demo/v1/x");
    expect(back.status).toBe(502);
    expect(back.text).not.toContain("hello");
  }
  answer = (_, response) => {
    response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end("x");
  };
  expect(await raw("/hosts/demo/v1/x")).toMatchObject({ status: 502 });
});

test("a request that is too large is refused, whether it says so or not", async () => {
  const large = "x".repeat(4 * 1024 * 1024 + 1);
  const told = { "content-length": String(large.length) };
  expect(await post("/hosts/demo/v1/x", large, told)).toMatchObject({ status: 413 });
  const chunked = { "transfer-encoding": "chunked" };
  expect(await post("/hosts/demo/v1/x", large, chunked)).toMatchObject({ status: 413 });
  expect(seen).toEqual([]);
  const fits = "y".repeat(3 * 1024 * 1024);
  expect(await post("/hosts/demo/v1/x", fits)).toMatchObject({ status: 200 });
  expect(seen[0].body).toBe(fits);
});

test("an answer comes as it is made, and no faster than it is read", async () => {
  let writtenBytes = 0;
  let isOver = false;
  answer = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const part = Buffer.alloc(256 * 1024, "z");
    const go = (): void => {
      while (writtenBytes < 64 * 1024 * 1024) {
        writtenBytes += part.length;
        if (!response.write(part)) {
          response.once("drain", go);
          return;
        }
      }
      response.end();
    };
    response.once("close", () => (isOver = true));
    go();
  };
  const socket = connect(server.port, "127.0.0.1");
  socket.write("GET /hosts/demo/v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => {
    socket.once("data", resolve);
  });
  socket.pause();
  await expect
    .poll(async () => {
      const before = writtenBytes;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return writtenBytes - before;
    })
    .toBe(0);
  expect(writtenBytes).toBeLessThan(32 * 1024 * 1024);
  // Whoever goes takes the call with them.
  socket.destroy();
  await expect.poll(() => isOver).toBe(true);
});

test("a host that is gone, silent or cut off is said to be", async () => {
  expect(await raw("/hosts/gone/v1/models")).toMatchObject({
    status: 502,
    text: "The host does not answer\n",
  });
  answer = () => {};
  expect(await raw("/hosts/demo/v1/x")).toMatchObject({ status: 502 });
  answer = (incoming) => incoming.socket.destroy();
  expect(await raw("/hosts/demo/v1/x")).toMatchObject({ status: 502 });
  // An answer that broke must not look whole.
  answer = (incoming, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: half\n\n", () => incoming.socket.destroy());
  };
  await expect(raw("/hosts/demo/v1/x")).rejects.toThrow();
  answer = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: half\n\n");
  };
  await expect(raw("/hosts/demo/v1/x")).rejects.toThrow();
  answer = asJson;
  expect(await raw("/hosts/demo/v1/x")).toMatchObject({ status: 200 });
});

test("half a request to a host that is gone does not hold up the next one", async () => {
  const head =
    "POST /hosts/gone/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  const back = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.once("close", () => resolve(text));
    socket.once("error", reject);
    socket.write(`${head}Content-Length: 100000\r\n\r\nhalf`);
  });
  expect(back).toMatch(/^HTTP\/1\.1 502 [^]*Connection: close/);
});

test("only https, and http on this machine, can be listed", () => {
  expect(
    readHosts([
      "a=https://api.example",
      "b-2=https://api.example/v1/",
      "c=http://127.0.0.1:80/x/v1",
      "d=http://[::1]:8080/",
      "e=http://LOCALHOST:1",
    ]).map(({ url }) => url),
  ).toEqual([
    "https://api.example",
    "https://api.example",
    "http://127.0.0.1/x",
    "http://[::1]:8080",
    "http://localhost:1",
  ]);
  for (const text of [
    "https://api.example",
    "=https://api.example",
    "A=https://api.example",
    "-a=https://api.example",
    "a/b=https://api.example",
    "a=http://api.example",
    "a=http://10.0.0.1",
    "a=http://169.254.169.254/latest",
    "a=http://127.0.0.1.example",
    "a=ftp://api.example",
    "a=file:///etc/passwd",
    "a=javascript:alert(1)",
    "a=https://user@api.example",
    "a=https://user:secret@api.example",
    "a=https://api.example?x",
    "a=https://api.example#x",
    "a=",
  ]) {
    expect(() => readHosts([text])).toThrow(/^--api/);
    expect(() => readHosts([text])).not.toThrow(/secret/);
  }
  expect(() => readHosts(["a=https://x.example", "a=https://y.example"])).toThrow("same name");
});
