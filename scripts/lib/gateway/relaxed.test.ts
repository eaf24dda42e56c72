import { createServer, request, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Position } from "@/permission/nextVoucher.ts";
import { startGateway, type Gateway } from "./startGateway.ts";
import { Caller } from "./testing/caller.ts";
import { configOf } from "./testing/config.ts";
import { startEcho } from "./testing/echoServer.ts";
import { openMarket, type Market } from "./testing/market.ts";

const PRICE = 1_000n;

let market: Market;
let upstream: Awaited<ReturnType<typeof startEcho>>;
let node: Server;
let nodeUrl: string;
let isCut = false;
const gateways: Gateway[] = [];

beforeAll(async () => {
  [market, upstream] = await Promise.all([openMarket(), startEcho()]);
  // The way to the chain, which a test can cut.
  node = createServer((incoming, response) => {
    if (isCut) {
      incoming.socket.destroy();
      return;
    }
    const { method, headers } = incoming;
    const onward = request(market.url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    node.listen(0, "127.0.0.1", resolve);
  });
  const address = node.address();
  nodeUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}, 120_000);

afterAll(async () => {
  isCut = false;
  for (const gateway of gateways) await gateway.stop();
  node?.closeAllConnections();
  node?.close();
  await upstream?.stop();
  await market?.close();
});

async function start(mode: "strict" | "relaxed", name: string, staleSeconds = 60) {
  const gateway = await startGateway(
    configOf(market, upstream.url, {
      mode,
      rpcUrl: nodeUrl,
      offlineRiskCap: 2n * PRICE,
      staleSeconds,
      watchSeconds: 300,
      booksFile: join(market.folder, `${name}.sqlite`),
    }),
    market.hostKey,
  );
  gateways.push(gateway);
  return gateway;
}

/** The n-th call of a caller, each at the full price. */
async function ask(caller: Caller, { url }: Gateway, number: bigint) {
  const position: Position = { nextCall: number, committed: (number - 1n) * PRICE };
  const voucher = await caller.voucher(position, PRICE, "hello");
  const answer = await caller.chat(url, "hello", voucher);
  const body = await answer.json();
  return answer.ok ? "served" : `${answer.status} ${body.error.code}`;
}

test("while the chain cannot be read, a relaxed host takes so much on trust and no more", async () => {
  const gateway = await start("relaxed", "relaxed");
  const caller = new Caller(await market.hold(), market.domain);
  expect(await ask(caller, gateway, 1n)).toBe("served");
  isCut = true;
  // One call is owed already, so that one more fits below the cap of two.
  expect(await ask(caller, gateway, 2n)).toBe("served");
  expect(await ask(caller, gateway, 3n)).toBe("503 over-risk");
  expect(await ask(caller, gateway, 3n)).toBe("503 over-risk");
  // Whoever was never read before is not known at all.
  isCut = false;
  const stranger = new Caller(await market.hold(), market.domain);
  isCut = true;
  expect(await ask(stranger, gateway, 1n)).toBe("503 chain-unavailable");
  isCut = false;
  expect(await ask(caller, gateway, 3n)).toBe("served");
  expect(await ask(stranger, gateway, 1n)).toBe("served");
}, 60_000);

test("a strict host serves nothing meanwhile, and a relaxed one not on what is too old", async () => {
  const strict = await start("strict", "strict");
  const brief = await start("relaxed", "brief", 1);
  const [first, second] = [await market.hold(), await market.hold()];
  const callers = [new Caller(first, market.domain), new Caller(second, market.domain)];
  expect(await ask(callers[0], strict, 1n)).toBe("served");
  expect(await ask(callers[1], brief, 1n)).toBe("served");
  isCut = true;
  expect(await ask(callers[0], strict, 2n)).toBe("503 chain-unavailable");
  await new Promise((resolve) => {
    setTimeout(resolve, 1_100);
  });
  expect(await ask(callers[1], brief, 2n)).toBe("503 chain-unavailable");
  isCut = false;
  // Nothing of what was refused counts.
  expect(await ask(callers[0], strict, 2n)).toBe("served");
  expect(await ask(callers[1], brief, 2n)).toBe("served");
}, 60_000);
