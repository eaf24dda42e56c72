import { connect } from "node:net";
import { join } from "node:path";
import { zeroHash } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textHash, verifyReceipt } from "@/permission/receipt.ts";
import { rpc } from "../chain/rpc.mjs";
import { startGateway, type Gateway } from "./startGateway.ts";
import { Caller } from "./testing/caller.ts";
import { configOf } from "./testing/config.ts";
import { startEcho } from "./testing/echoServer.ts";
import { DEPOSIT, MODEL, openMarket, type Holding, type Market } from "./testing/market.ts";

const PRICE = 1_000n;
const stranger = privateKeyToAccount(generatePrivateKey());
let market: Market;
let echo: Awaited<ReturnType<typeof startEcho>>;
let gateway: Gateway;
let held: Holding;
let caller: Caller;

beforeAll(async () => {
  market = await openMarket();
  echo = await startEcho();
  gateway = await startGateway(configOf(market, echo.url), market.hostKey);
  held = await market.hold();
  caller = new Caller(held, market.domain);
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  await echo?.stop();
  await market?.close();
});

async function answerOf(response: Response) {
  const body: { error?: { code: string }; choices?: { message: { content: string } }[] } =
    await response.json();
  return `${response.status} ${body.error?.code ?? body.choices?.[0]?.message.content}`;
}

/** One call with a right voucher. */
async function call(by: Caller, text: string, most = PRICE) {
  const position = await by.position(gateway.url);
  return by.chat(gateway.url, text, await by.voucher(position, most, text));
}

const withText = (text: string) => new Caller({ ...held, text }, market.domain);

test("Without a permission string: 402 with terms, in the body and in x402's header", async () => {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ messages: [{ role: "user", content: "hello" }] }),
  });
  expect(response.status).toBe(402);
  const header = Buffer.from(response.headers.get("payment-required") ?? "", "base64").toString();
  const body = await response.json();
  expect(JSON.parse(header).accepts).toEqual(body.accepts);
  expect(body).toMatchObject({
    x402Version: 2,
    error: { code: "permission-missing" },
    accepts: [{ network: "eip155:31337", payTo: market.contracts.channel, amount: "1000" }],
  });
});

test("The first call puts the permission on the chain; its receipt holds", async () => {
  const response = await call(caller, "hello");
  const receipt = response.headers.get("x-oml-receipt") ?? "";
  expect(await answerOf(response)).toBe("200 echo hello");
  expect((await market.channelOf(held.licence)).sessionKey).toBe(held.session.address);
  const expected = {
    ...market.domain,
    host: market.host.address,
    model: MODEL,
    licence: held.licence,
    callIndex: 1n,
    inputText: "hello",
    outputText: "echo hello",
  };
  expect(await verifyReceipt(receipt, expected)).not.toBeNull();
  const kept = await fetch(`${gateway.url}/oml/v1/receipts/1`, { headers: caller.headers() });
  expect(await kept.json()).toEqual({ receipt });
});

test("Forged, foreign, early and expired permissions", async () => {
  const { permission } = held;
  const now = await market.now();
  const signed = async (changed: object, by = market.buyer, domain = market.domain) =>
    answerOf(
      await withText(await market.sign({ ...permission, ...changed }, by, domain)).chat(
        gateway.url,
        "hello",
      ),
    );
  expect(await answerOf(await withText("oml1.x.y").chat(gateway.url, "hello"))).toBe(
    "401 permission-malformed",
  );
  expect(await signed({}, market.host)).toBe("401 permission-forged");
  expect(await signed({ host: stranger.address })).toBe("403 wrong-host");
  expect(await signed({ notBefore: now + 3_600n })).toBe("403 not-yet-valid");
  expect(await signed({ expires: now - 1n })).toBe("403 permission-expired");
  expect(await signed({ policyHash: textHash("other") })).toBe("403 wrong-policy");
  expect(await signed({ licence: 1_000_000n })).toBe("403 licence-moved");
  expect(await signed({ nonce: 7n })).toBe("403 permission-revoked");
  expect(await signed({}, market.buyer, { ...market.domain, chainId: 1 })).toBe("403 wrong-chain");
  const elsewhere = { ...market.domain, verifyingContract: stranger.address };
  expect(await signed({}, market.buyer, elsewhere)).toBe("403 wrong-contract");
  expect(permission.policyHash).toBe(zeroHash);
});

test("Vouchers: missing, forged, replayed, too low, too high, for another text", async () => {
  const position = await caller.position(gateway.url);
  const chat = async (voucher?: string) =>
    answerOf(await caller.chat(gateway.url, "hello", voucher));
  const right = await caller.voucher(position, PRICE, "hello");
  expect(await chat()).toBe("402 voucher-missing");
  const voucher = {
    licence: held.licence,
    host: market.host.address,
    cumulativeCalls: position.nextCall,
    cumulativeAmount: position.committed + PRICE,
    lastInputHash: textHash("hello"),
  };
  expect(await chat(await caller.sign(voucher, stranger))).toBe("401 voucher-forged");
  expect(await chat(await caller.voucher(position, PRICE, "other"))).toBe("403 voucher-input");
  expect(await chat(await caller.voucher(position, PRICE - 1n, "hello"))).toBe("402 voucher-low");
  const after = { ...position, nextCall: position.nextCall + 1n };
  expect(await chat(await caller.voucher(after, PRICE, "hello"))).toBe("409 voucher-ahead");
  const rich = { ...voucher, cumulativeAmount: DEPOSIT + 1n };
  expect(await chat(await caller.sign(rich))).toBe("402 over-amount");

  expect(await chat(right)).toBe("200 echo hello");
  expect(await chat(right)).toBe("409 voucher-stale");
  // Twice at the same time serves once.
  const twice = await caller.voucher(await caller.position(gateway.url), PRICE, "hello");
  const both = await Promise.all([chat(twice), chat(twice)]);
  expect(both.toSorted()).toEqual(["200 echo hello", "409 voucher-stale"]);
});

test("A call that the server behind fails leaves the voucher unused", async () => {
  const before = await caller.position(gateway.url);
  expect(await answerOf(await call(caller, "fail"))).toBe("502 upstream-failed");
  expect(await caller.position(gateway.url)).toEqual(before);
});

test("Caps of calls, of the deposit", async () => {
  const few = new Caller(await market.hold({ maxCalls: 1n, maxAmount: DEPOSIT }), market.domain);
  expect(await answerOf(await call(few, "one"))).toBe("200 echo one");
  const next = {
    licence: few.holding.licence,
    host: market.host.address,
    cumulativeCalls: 2n,
    cumulativeAmount: 2n * PRICE,
    lastInputHash: textHash("two"),
  };
  expect(await answerOf(await few.chat(gateway.url, "two", await few.sign(next)))).toBe(
    "402 over-calls",
  );
  const poor = new Caller(await market.hold({}, PRICE - 1n), market.domain);
  expect(await answerOf(await call(poor, "one"))).toBe("402 over-deposit");
});

test("A revoked permission is refused, and what is owed is settled before the close", async () => {
  const own = new Caller(await market.hold(), market.domain);
  const { licence } = own.holding;
  for (const text of ["one", "two", "three"]) {
    expect(await answerOf(await call(own, text))).toBe(`200 echo ${text}`);
  }
  expect((await market.channelOf(licence)).settled).toBe(0n);
  await market.call("revoke", licence);
  expect(await answerOf(await own.chat(gateway.url, "four"))).toBe("403 permission-revoked");
  await expect
    .poll(async () => (await market.channelOf(licence)).settled, { timeout: 20_000 })
    .toBe(3n * PRICE);
  expect((await market.channelOf(licence)).settledCalls).toBe(3n);
});

test("A channel that is being closed serves nothing new", async () => {
  const own = new Caller(await market.hold(), market.domain);
  expect(await answerOf(await call(own, "one"))).toBe("200 echo one");
  await market.call("requestClose", own.holding.licence);
  expect(await answerOf(await own.chat(gateway.url, "two"))).toBe("403 channel-closing");
});

test("Bodies that are too large or not to be metered, and paths that are not there", async () => {
  const post = (body: string) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      body,
      headers: caller.headers(),
    });
  expect(await answerOf(await post("x".repeat(70_000)))).toBe("413 body-too-large");
  expect(await answerOf(await post("{"))).toBe("400 not-json");
  expect(await answerOf(await caller.chat(gateway.url, "hello", "", { n: 2 }))).toBe(
    "400 cannot-meter",
  );
  expect(await answerOf(await caller.chat(gateway.url, "hello", "", { max_tokens: 65 }))).toBe(
    "400 cannot-meter",
  );
  expect((await fetch(`${gateway.url}/v1/embeddings`, { method: "POST" })).status).toBe(404);
  const health = await (await fetch(`${gateway.url}/healthz`)).json();
  expect(health).toMatchObject({ status: "ok", openCalls: 0 });
});

test("A path that is no URL is answered, and the gateway lives on", async () => {
  const { hostname, port } = new URL(gateway.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write("GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    });
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.once("close", () => resolve(text));
    socket.once("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
});

test("The larger of two limits is metered, since servers differ in which they heed", async () => {
  const both = { max_tokens: 65, max_completion_tokens: 1 };
  expect(await answerOf(await caller.chat(gateway.url, "hello", "", both))).toBe(
    "400 cannot-meter",
  );
});

test("A new session waits for calls of the one before, whose vouchers it would make worthless", async () => {
  const before = new Caller(await market.hold(), market.domain);
  const { licence } = before.holding;
  expect(await answerOf(await call(before, "one"))).toBe("200 echo one");
  const asked = echo.calls();
  const late = call(before, "two wait");
  await expect.poll(() => echo.calls()).toBe(asked + 1);
  const after = new Caller(await market.permit(licence), market.domain);
  expect(await answerOf(await call(after, "three"))).toBe("409 session-busy");
  echo.release();
  expect(await answerOf(await late)).toBe("200 echo two wait");
  expect(await answerOf(await call(after, "three"))).toBe("200 echo three");
  const channel = await market.channelOf(licence);
  expect(channel.sessionKey).toBe(after.holding.session.address);
  expect([channel.settledCalls, channel.settled]).toEqual([2n, 2n * PRICE]);
});

test("A session whose debt cannot be settled is not replaced", async () => {
  const before = new Caller(await market.hold(), market.domain);
  const { licence } = before.holding;
  expect(await answerOf(await call(before, "one"))).toBe("200 echo one");
  const balance = await rpc<string>(market.url, "eth_getBalance", [market.host.address, "latest"]);
  await rpc(market.url, "anvil_setBalance", [market.host.address, "0x0"]);
  const after = new Caller(await market.permit(licence), market.domain);
  expect(await answerOf(await call(after, "two"))).toBe("503 chain-unavailable");
  expect((await market.channelOf(licence)).sessionKey).toBe(before.holding.session.address);
  await rpc(market.url, "anvil_setBalance", [market.host.address, balance]);
  expect(await answerOf(await call(after, "two"))).toBe("200 echo two");
  expect((await market.channelOf(licence)).settled).toBe(PRICE);
});

test("Two gateways do not write into the same books, nor one into another's", async () => {
  const config = configOf(market, echo.url);
  await expect(startGateway(config, market.hostKey)).rejects.toThrow("uses");
  const other = { ...config, booksFile: join(market.folder, "other.sqlite") };
  const first = await startGateway(other, market.hostKey);
  await first.stop();
  await expect(startGateway({ ...other, model: 1n }, market.hostKey)).rejects.toThrow(
    "books of another model",
  );
});

test("A pair that was closed before it was settled is served again, from the same number on", async () => {
  const config = { ...configOf(market, echo.url), watchSeconds: 300 };
  const own = await startGateway(
    { ...config, booksFile: join(market.folder, "own.sqlite") },
    market.hostKey,
  );
  const served = async (by: Caller, text: string) => {
    const position = await by.position(own.url);
    expect(position.nextCall).toBe(1n);
    const response = await by.chat(own.url, text, await by.voucher(position, PRICE, text));
    return [await answerOf(response), response.headers.get("x-oml-receipt")];
  };
  try {
    const holding = await market.hold({ notBefore: 0n });
    const first = new Caller(holding, market.domain);
    expect((await served(first, "one"))[0]).toBe("200 echo one");
    // The other gateway of this host does not know of the call.
    await market.call("requestClose", holding.licence);
    await market.mineAfter(901);
    await market.call("finalizeClose", holding.licence);
    await market.open(holding.licence);
    const again = new Caller(
      await market.permit(holding.licence, { notBefore: 0n }),
      market.domain,
    );
    const [answer, receipt] = await served(again, "two");
    expect(answer).toBe("200 echo two");
    const kept = await fetch(`${own.url}/oml/v1/receipts/1`, { headers: again.headers() });
    expect(await kept.json()).toEqual({ receipt });
  } finally {
    await own.stop();
  }
});
