import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../paths.mjs";
import { startServer, type RunningServer } from "../server.mjs";
import { startAnvil, type Anvil } from "./anvil.mjs";
import { isAlive } from "./lock.mjs";
import { rpc } from "./rpc.mjs";

let folder: string;
let anvil: Anvil;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-routes-"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist/index.html"), "<p>page</p>");
  writeFileSync(join(folder, "market.json"), '{"format":"signet-chain"}');
  anvil = await startAnvil({ port: 0 });
  const chain = { rpcUrl: anvil.url, marketFile: join(folder, "market.json") };
  server = await startServer({ root: join(folder, "dist"), chain });
}, 60_000);

afterAll(async () => {
  await server.close();
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const CALL = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "eth_chainId", params: [] });

function post(
  headers: Record<string, string>,
  body = CALL,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: server.port, path: "/rpc", method: "POST", headers },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.once("error", reject);
    // In two pieces, so that without a length it goes in chunks.
    sent.write(body.slice(0, 9));
    sent.end(body.slice(9));
  });
}

const JSON_TYPE = { "content-type": "application/json" };

test("the page finds the chain and asks the node through its own origin", async () => {
  const market = await fetch(`${server.origin}/chain.json`);
  expect(market.headers.get("cache-control")).toBe("no-store");
  expect(await market.json()).toEqual({ format: "signet-chain" });
  const answer = await fetch(`${server.origin}/rpc`, {
    method: "POST",
    headers: { ...JSON_TYPE, origin: server.origin },
    body: CALL,
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.json()).toEqual({ jsonrpc: "2.0", id: 7, result: "0x7a69" });
});

test("other pages, other hosts and other types are refused", async () => {
  const host = `localhost:${server.port}`;
  const evil = "elsewhere.example";
  expect(await post({ host, ...JSON_TYPE })).toMatchObject({ status: 200 });
  expect(await post({ host, ...JSON_TYPE, origin: `http://${evil}` })).toMatchObject({
    status: 403,
  });
  expect(await post({ host, "content-type": "text/plain" })).toMatchObject({ status: 415 });
  const rebound = { host: `${evil}:${server.port}`, origin: `http://${evil}:${server.port}` };
  expect(await post({ ...rebound, ...JSON_TYPE })).toMatchObject({ status: 403 });
  for (const site of ["cross-site", "same-site"]) {
    const foreign = await post({ host, ...JSON_TYPE, "sec-fetch-site": site });
    expect(foreign.status).toBe(403);
  }
  const own = await post({ host, ...JSON_TYPE, "sec-fetch-site": "same-origin" });
  expect(own.status).toBe(200);
  expect((await fetch(`${server.origin}/rpc`)).status).toBe(405);
});

test("a call that is too large is refused, whether it says so or not", async () => {
  const headers = { host: `localhost:${server.port}`, ...JSON_TYPE };
  const large = JSON.stringify({ ...JSON.parse(CALL), pad: "x".repeat(2 * 1024 * 1024) });
  expect(await post(headers, large)).toMatchObject({ status: 413 });
  const told = { ...headers, "content-length": String(large.length) };
  expect(await post(told, large)).toMatchObject({ status: 413 });
  const fits = JSON.stringify({ ...JSON.parse(CALL), pad: "x".repeat(1024 * 1024) });
  expect(await post(headers, fits)).toMatchObject({ status: 200 });
});

test("without a chain there is nothing to find, and a node that is gone is said to be", async () => {
  const plain = await startServer({ root: join(folder, "dist") });
  expect((await fetch(`${plain.origin}/chain.json`)).status).toBe(404);
  expect((await fetch(`${plain.origin}/rpc`, { method: "POST", body: CALL })).status).toBe(405);
  await plain.close();
  const chain = { rpcUrl: "http://127.0.0.1:9", marketFile: join(folder, "market.json") };
  const orphan = await startServer({ root: join(folder, "dist"), chain });
  const answer = await fetch(`${orphan.origin}/rpc`, {
    method: "POST",
    headers: JSON_TYPE,
    body: CALL,
  });
  expect(answer.status).toBe(502);
  await orphan.close();
});

function startCommand(args: readonly string[], script = "chain"): ChildProcess {
  return spawn(process.execPath, [join(ROOT, `scripts/${script}.mjs`), ...args], {
    env: { ...process.env, SIGNET_CHAIN_FOLDER: join(folder, "chain") },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function outputOf(child: ChildProcess, until: RegExp | null): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      if (until?.test(text) === true) resolve(text);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", () => resolve(text));
  });
}

test("npm run chain runs it, a second one says where, and an interrupt ends it", async () => {
  const first = startCommand(["--port", "0"]);
  const said = await outputOf(first, /market\.json/);
  const url = /at (http:\S+) \(Ctrl-C/.exec(said)?.[1] ?? said;
  expect(await rpc(url, "eth_chainId")).toBe("0x7a69");
  const { pid }: { pid: number } = JSON.parse(
    readFileSync(join(folder, "chain/lock.json"), "utf8"),
  );

  const second = startCommand([]);
  expect(await outputOf(second, null)).toContain(`It runs at ${url} already`);
  expect(second.exitCode).toBe(2);

  const ended = outputOf(first, null);
  first.kill("SIGINT");
  await ended;
  expect(first.exitCode).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test("bad options are one line and status 2", async () => {
  for (const [script, ...args] of [
    ["chain", "--port", "x"],
    ["chain", "--nonsense"],
    ["chain", "extra"],
    ["start", "--no-chain", "--reset-chain"],
    ["start", "--api", "a=http://elsewhere.example"],
    ["deploy", "--broadcast"],
  ]) {
    const child = startCommand(args, script);
    expect((await outputOf(child, null)).trim().split("\n")).toHaveLength(1);
    expect(child.exitCode).toBe(2);
  }
});
