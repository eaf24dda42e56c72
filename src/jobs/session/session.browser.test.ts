import { afterEach, beforeEach, expect, test } from "vitest";
import { textHash, signReceipt } from "@/permission/receipt.ts";
import { paymentRequirements, type HostTerms } from "@/permission/terms.ts";
import { decodeToken } from "@/permission/token.ts";
import { DOMAIN, host, PERMISSION, permissionString } from "@/permission/testing/world.ts";
import type { CallEvent } from "@/rpc/sessionProtocol.ts";
import { keptOf } from "@/storage/sealedStore.ts";
import {
  adoptPermission,
  closeSession,
  createSession,
  forgetSession,
  listSessions,
  makeCall,
  refreshSession,
} from "./sessionJobs.ts";

const TERMS: HostTerms = {
  chainId: DOMAIN.chainId,
  channel: DOMAIN.verifyingContract,
  host: host.address,
  model: 4n,
  token: "0x0000000000000000000000000000000000000000",
  price: { perCall: 100n, perThousandInput: 0n, perThousandOutput: 0n },
  maxOutputTokens: 64,
  riskCap: 0n,
  withdrawDelay: 900,
  policyText: "",
};

/** The books of a host that takes every voucher, and what it saw on the disc when one came. */
interface TestHost {
  calls: bigint;
  charged: bigint;
  vouchers: string[];
  /** Numbers that the store held as signed when the voucher arrived. */
  keptWhenAsked: bigint[][];
  underWay: number;
  mostUnderWay: number;
  hold: Promise<void> | null;
  terms: HostTerms;
}

let served: TestHost;
const realFetch = globalThis.fetch;

async function answer(url: string, init: RequestInit = {}): Promise<Response> {
  if (url.endsWith("/oml/v1/terms")) {
    return Response.json({ accepts: [paymentRequirements(served.terms, null)] });
  }
  if (url.endsWith("/oml/v1/channel")) {
    return Response.json({
      nextCall: String(served.calls + 1n),
      chargedCumulativeAmount: String(served.charged),
    });
  }
  const voucher = Object.entries(init.headers ?? {}).find(([name]) => name === "x-oml-voucher");
  const { message } = decodeToken("Voucher", String(voucher?.[1]));
  served.vouchers.push(String(voucher?.[1]));
  const [session] = await listSessions(DOMAIN);
  served.keptWhenAsked.push(session.calls.map(({ number }) => number));
  served.underWay += 1;
  served.mostUnderWay = Math.max(served.mostUnderWay, served.underWay);
  try {
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () =>
        reject(new DOMException("The operation was cancelled.", "AbortError")),
      );
    });
    if (served.hold !== null) await Promise.race([served.hold, aborted]);
  } finally {
    served.underWay -= 1;
    served.calls = message.cumulativeCalls;
    served.charged += 100n;
  }
  const receipt = await signReceipt(
    {
      model: 4n,
      licence: 2n,
      callIndex: message.cumulativeCalls,
      inputHash: message.lastInputHash,
      outputHash: textHash("fine"),
      time: 1n,
    },
    DOMAIN,
    host,
  );
  return new Response(
    `data: {"choices":[{"delta":{"content":"fine"}}]}\n\ndata: [DONE]\n\nevent: oml.cost\ndata: 100\n\nevent: oml.receipt\ndata: ${receipt}\n\n`,
  );
}

const context = (signal = new AbortController().signal) => ({
  signal,
  emit: (event: CallEvent) => void events.push(event),
  drain: () => Promise.resolve(),
});
let events: CallEvent[] = [];

beforeEach(() => {
  served = {
    calls: 0n,
    charged: 0n,
    vouchers: [],
    keptWhenAsked: [],
    underWay: 0,
    mostUnderWay: 0,
    hold: null,
    terms: TERMS,
  };
  events = [];
  globalThis.fetch = (input, init) => answer(new Request(input).url, init);
});

afterEach(async () => {
  globalThis.fetch = realFetch;
  for (const { key } of await listSessions(DOMAIN)) await forgetSession(key, context());
});

const now = () => BigInt(Math.floor(Date.now() / 1_000));

async function begin(changed: Partial<typeof PERMISSION> = {}) {
  const { key } = await createSession(DOMAIN);
  const times = { notBefore: now() - 10n, expires: now() + 600n };
  const permission = await permissionString({ sessionKey: key, ...times, ...changed });
  await adoptPermission(permission, context());
  return key;
}

const ask = (key: `0x${string}`, signal?: AbortSignal) =>
  makeCall(
    { key, path: "/hosts/demo", model: "demo", text: "hello", maxTokens: 8 },
    context(signal),
  );

test("a voucher is on the disc before it leaves, and the receipt is checked", async () => {
  const key = await begin();
  const { call, text } = await ask(key);
  expect(text).toBe("fine");
  expect(call).toMatchObject({ number: 1n, amount: 100n, cost: 100n, receiptHolds: true });
  expect(served.keptWhenAsked).toEqual([[1n]]);
  expect(events.map(({ type }) => type)).toEqual(["signed", "delta"]);
  const [info] = await listSessions(DOMAIN);
  expect(info).toMatchObject({ key, before: 0n, signed: 100n, charged: 100n });
});

test("what is kept is sealed, and nothing that leaves the jobs holds the key", async () => {
  const key = await begin();
  const [kept] = await keptOf("session");
  const { privateKey } = JSON.parse(kept.text ?? "{}");
  expect(privateKey).toMatch(/^0x[0-9a-f]{64}$/);
  const shown = JSON.stringify([await listSessions(DOMAIN), await ask(key), events], (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  expect(shown).not.toContain(privateKey.slice(2));
  const rows = await new Promise<unknown[]>((resolve, reject) => {
    const opening = indexedDB.open("signet-sealed");
    opening.addEventListener("error", () => reject(opening.error));
    opening.addEventListener("success", () => {
      const all = opening.result.transaction("rows").objectStore("rows").getAll();
      all.addEventListener("success", () => {
        opening.result.close();
        resolve(all.result);
      });
    });
  });
  const raw = rows.map((row) =>
    new TextDecoder("latin1").decode(Reflect.get(Object(row), "sealed")),
  );
  expect(raw.join("")).not.toContain(privateKey.slice(2));
});

test("calls take turns, and one that is cancelled is counted once", async () => {
  const key = await begin();
  const abort = new AbortController();
  served.hold = new Promise(() => {});
  const cancelled = ask(key, abort.signal);
  await expect.poll(() => served.underWay).toBe(1);
  const next = [ask(key), ask(key)];
  await expect.poll(() => events.filter(({ type }) => type === "waiting").length).toBe(2);
  served.hold = null;
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
  const answers = await Promise.all(next);
  expect(answers.map(({ call }) => call.number)).toEqual([2n, 3n]);
  expect(served.mostUnderWay).toBe(1);
  const info = await refreshSession({ key, path: "/hosts/demo" }, context());
  expect(info.calls.map(({ number, state, cost }) => [number, state, cost])).toEqual([
    [1n, "answered", 100n],
    [2n, "answered", 100n],
    [3n, "answered", 100n],
  ]);
  expect(new Set(served.vouchers).size).toBe(3);
});

test("one that waits for its turn can be cancelled before anything is signed", async () => {
  const key = await begin();
  let release = (): void => {};
  served.hold = new Promise((resolve) => {
    release = resolve;
  });
  const first = ask(key);
  await expect.poll(() => served.underWay).toBe(1);
  const abort = new AbortController();
  const second = ask(key, abort.signal);
  await expect.poll(() => events.some(({ type }) => type === "waiting")).toBe(true);
  abort.abort();
  await expect(second).rejects.toMatchObject({ name: "AbortError" });
  release();
  await first;
  expect(served.vouchers).toHaveLength(1);
});

test("nothing is signed above the cap, after the end, for other terms or for greater claims", async () => {
  const capped = await begin({ maxAmount: 150n });
  await ask(capped);
  await expect(ask(capped)).rejects.toMatchObject({ code: "CAP_REACHED" });
  served.charged = 101n;
  await expect(ask(capped)).rejects.toMatchObject({ code: "HOST_BOOKS_DIFFER" });
  served.charged = 100n;
  served.calls = 4n;
  await expect(ask(capped)).rejects.toMatchObject({ code: "HOST_BOOKS_DIFFER" });
  await forgetSession(capped, context());
  served.calls = 0n;
  const over = await begin({ expires: now() });
  await expect(ask(over)).rejects.toMatchObject({ code: "SESSION_EXPIRED" });
  served.terms = { ...TERMS, host: "0x000000000000000000000000000000000000dEaD" };
  await expect(ask(over)).rejects.toMatchObject({ code: "HOST_TERMS_DIFFER" });
  await expect(closeSession({ key: over, path: "/hosts/demo" }, context())).rejects.toMatchObject({
    code: "HOST_TERMS_DIFFER",
  });
  expect(served.vouchers).toHaveLength(1);
  const { key: unsigned } = await createSession(DOMAIN);
  await expect(ask(unsigned)).rejects.toMatchObject({ code: "SESSION_UNSIGNED" });
  await expect(ask(host.address)).rejects.toMatchObject({ code: "SESSION_MISSING" });
  await expect(adoptPermission(await permissionString(), context())).rejects.toMatchObject({
    code: "SESSION_MISSING",
  });
});
