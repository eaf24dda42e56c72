import { join } from "node:path";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mostOf } from "@/permission/metering.ts";
import { readModelCall } from "@/permission/openaiCall.ts";
import { verifyReceipt } from "@/permission/receipt.ts";
import { ROOT } from "../paths.mjs";
import { startDemoModelServer, type DemoModelServer } from "./demoModelServer.ts";
import { startGateway, type Gateway } from "./startGateway.ts";
import { Caller } from "./testing/caller.ts";
import { configOf } from "./testing/config.ts";
import { MODEL, openMarket, type Market } from "./testing/market.ts";

const PRICE = { perCall: 1_000n, perThousandInput: 50_000n, perThousandOutput: 200_000n };
const PROMPT = "Once upon a time there was a";
const MAX_TOKENS = 12;

let market: Market;
let server: DemoModelServer;
const seen: unknown[] = [];
let gateway: Gateway;
let caller: Caller;

beforeAll(async () => {
  [market, server] = await Promise.all([
    openMarket(),
    startDemoModelServer(join(ROOT, "public/demo"), (body) => seen.push(body)),
  ]);
  gateway = await startGateway(configOf(market, server.url, { price: PRICE }), market.hostKey);
  caller = new Caller(await market.hold(), market.domain);
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  await server?.stop();
  await market?.close();
});

const messages = [{ role: "user" as const, content: PROMPT }];
const request = { model: "demo", messages, max_tokens: MAX_TOKENS };
/** The permission string stands where OpenAI's key does. */
const client = (baseURL = `${gateway.url}/v1`) =>
  new OpenAI({ baseURL, apiKey: caller.holding.text, maxRetries: 0 });

async function headers(body: object = request) {
  const call = readModelCall("chat", body);
  const most = mostOf(PRICE, { ...call, maxOutputTokens: MAX_TOKENS });
  const voucher = await caller.voucher(await caller.position(gateway.url), most, PROMPT);
  return { headers: { "X-OML-Voucher": voucher } };
}

const costOf = (usage: { prompt_tokens: number; completion_tokens: number }) =>
  1_000n + BigInt(usage.prompt_tokens) * 50n + BigInt(usage.completion_tokens) * 200n;

test("OpenAI's client lists models and gets an answer, charged by its tokens", async () => {
  const models = await client().models.list();
  expect(models.data.map(({ id }) => id)).toEqual(["demo"]);

  const before = await caller.position(gateway.url);
  const { data, response } = await client()
    .chat.completions.create(request, await headers())
    .withResponse();
  const text = data.choices[0].message.content ?? "";
  expect(text.length).toBeGreaterThan(10);
  const cost = BigInt(response.headers.get("x-oml-cost") ?? -1);
  expect(data.usage?.completion_tokens).toBe(MAX_TOKENS);
  expect(cost).toBe(costOf(data.usage ?? { prompt_tokens: 0, completion_tokens: 0 }));
  const after = await caller.position(gateway.url);
  expect(after).toEqual({
    nextCall: before.nextCall + 1n,
    committed: before.committed + cost,
  });
});

test("A stream comes through as it is made, and its receipt behind it", async () => {
  const direct = await client(server.url).chat.completions.create(request);
  const { nextCall, committed } = await caller.position(gateway.url);
  const stream = await client().chat.completions.create(
    { ...request, stream: true },
    await headers({ ...request, stream: true }),
  );
  const parts: string[] = [];
  for await (const chunk of stream) {
    // Usage was asked for by the gateway, not by the caller, who must not get it.
    expect(chunk.choices).toHaveLength(1);
    parts.push(chunk.choices[0].delta.content ?? "");
  }
  const text = parts.join("");
  expect(parts.length).toBeGreaterThan(5);
  expect(text).toBe(direct.choices[0].message.content);
  expect(seen.at(-1)).toMatchObject({ stream_options: { include_usage: true } });

  const kept = await fetch(`${gateway.url}/oml/v1/receipts/${nextCall}`, {
    headers: caller.headers(),
  });
  const { receipt } = await kept.json();
  const expected = {
    ...market.domain,
    host: market.host.address,
    model: MODEL,
    licence: caller.holding.licence,
    callIndex: nextCall,
    inputText: PROMPT,
    outputText: text,
  };
  expect(await verifyReceipt(receipt, expected)).not.toBeNull();
  const after = await caller.position(gateway.url);
  const usage = direct.usage ?? { prompt_tokens: 0, completion_tokens: 0 };
  expect(after.committed - committed).toBe(costOf(usage));
});

test("The receipt is the stream's last event, and usage comes to who asks for it", async () => {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { ...caller.headers(), ...(await headers(body)).headers },
    body: JSON.stringify(body),
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = (await response.text()).trimEnd().split("\n\n");
  expect(events.at(-3)).toBe("data: [DONE]");
  expect(events.at(-2)).toMatch(/^event: oml\.cost\ndata: [1-9]\d*$/);
  expect(events.at(-1)).toMatch(/^event: oml\.receipt\ndata: omlr1\./);
  expect(events.filter((event) => event.includes('"completion_tokens"'))).toHaveLength(1);
});

test("A caller that goes away in the middle pays for what was sent", async () => {
  const { committed, nextCall } = await caller.position(gateway.url);
  const stream = await client().chat.completions.create(
    { ...request, stream: true },
    await headers({ ...request, stream: true }),
  );
  for await (const chunk of stream) if (chunk.choices[0].delta.content) break;
  await expect
    .poll(async () => (await (await fetch(`${gateway.url}/healthz`)).json()).openCalls)
    .toBe(0);
  const after = await caller.position(gateway.url);
  expect(after.nextCall).toBe(nextCall + 1n);
  expect(after.committed - committed).toBeGreaterThan(1_000n);
});

test("A refusal is an API error with the code and terms", async () => {
  const refused = await client()
    .chat.completions.create(request)
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(APIError);
  expect(refused).toMatchObject({ status: 402, code: "voucher-missing" });
});

test("A close at once is signed for exactly what was used, and nothing more is served", async () => {
  const { committed, nextCall } = await caller.position(gateway.url);
  const response = await fetch(`${gateway.url}/oml/v1/close`, {
    method: "POST",
    headers: caller.headers(),
  });
  const { close } = await response.json();
  await market.closeAtOnce(close);
  const { settled, settledCalls } = await market.lastSettled(caller.holding.licence);
  expect({ settled, settledCalls }).toEqual({ settled: committed, settledCalls: nextCall - 1n });
  const again = await caller.chat(gateway.url, PROMPT);
  expect(again.status).toBe(403);
});
