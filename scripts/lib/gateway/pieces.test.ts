import { zeroAddress, zeroHash } from "viem";
import { expect, test } from "vitest";
import { estimateUsage, usageOf } from "@/permission/answer.ts";
import { BoundedSet } from "./boundedSet.ts";
import { chooseVoucher } from "./chooseVoucher.ts";
import { readGatewayConfig } from "./commandLine.mjs";
import { sseEvents } from "@/permission/sse.ts";

const row = (calls: bigint, amount: bigint) => ({
  licence: 1n,
  openedAt: 1n,
  voucher: {
    licence: 1n,
    host: zeroAddress,
    cumulativeCalls: calls,
    cumulativeAmount: amount,
    lastInputHash: zeroHash,
  },
  signature: "0x" as const,
  cost: 1n,
  receipt: null,
});

test("The last earned voucher is settled, and at the end the best", () => {
  const rows = [row(2n, 30n), row(1n, 10n), row(3n, 50n)];
  const none = { calls: 0n, amount: 0n };
  expect(chooseVoucher(rows, 40n, none, false)).toBe(rows[0]);
  expect(chooseVoucher(rows, 40n, none, true)).toBe(rows[2]);
  expect(chooseVoucher(rows, 9n, none, false)).toBeNull();
  expect(chooseVoucher(rows, 40n, { calls: 2n, amount: 30n }, false)).toBeNull();
  expect(chooseVoucher(rows, 40n, { calls: 3n, amount: 50n }, true)).toBeNull();
});

test("Events are cut at blank lines, wherever the bytes were cut", async () => {
  const wire = new TextEncoder().encode(
    'data: {"a":"é"}\n\n: a comment\n\ndata: 1\ndata: 2\r\n\r\nevent: x\ndata:3',
  );
  for (const size of [1, 2, 7, wire.length]) {
    const events: string[] = [];
    async function* parts() {
      for (let at = 0; at < wire.length; at += size) yield wire.slice(at, at + size);
    }
    for await (const { data } of sseEvents(parts())) events.push(data);
    expect(events).toEqual(['{"a":"é"}', "", "1\n2", "3"]);
  }
});

test("Usage is the server's, else an estimate", () => {
  const usage = { prompt_tokens: 3, completion_tokens: 4 };
  expect(usageOf({ usage })).toEqual({ inputTokens: 3n, outputTokens: 4n });
  expect(usageOf({ usage: { prompt_tokens: -1, completion_tokens: 4 } })).toBeNull();
  expect(usageOf({})).toBeNull();
  expect(estimateUsage(9, "abcdefgh", 1)).toEqual({ inputTokens: 3n, outputTokens: 2n });
  expect(estimateUsage(9, "ab", 5)).toEqual({ inputTokens: 3n, outputTokens: 5n });
});

test("A bounded set forgets the first", () => {
  const set = new BoundedSet(2);
  for (const text of ["a", "b", "c"]) set.add(text);
  expect(["a", "b", "c"].map((text) => set.has(text))).toEqual([false, true, true]);
});

const address = `0x${"12".repeat(20)}`;
const needed = {
  upstream: "http://127.0.0.1:8000/v1/",
  rpc: "https://chain.example/key",
  channel: address,
  licences: address,
  model: "4",
  price: "1000",
};
const key = `0x${"01".repeat(32)}`;
const read = (changed: Record<string, string> = {}, environment = { SIGNET_HOST_KEY: key }) =>
  readGatewayConfig(
    Object.entries({ ...needed, ...changed }).flatMap(([flag, value]) => [`--${flag}`, value]),
    environment,
  );

test("The command line is read strictly", () => {
  expect(read()?.config).toMatchObject({
    upstream: "http://127.0.0.1:8000/v1",
    model: 4n,
    price: { perCall: 1_000n, perThousandInput: 0n },
    mode: "strict",
    riskCap: 0n,
  });
  expect(readGatewayConfig(["--help"], {})).toBeNull();
});

test.each([
  [{ price: "1.5" }, "--price"],
  [{ price: "-1" }, "--price"],
  [{ price: (2n ** 128n).toString() }, "--price"],
  [{ channel: "0x12" }, "--channel"],
  [{ mode: "lax" }, "--mode"],
  [{ port: "99999" }, "--port"],
  [{ policy: "/nowhere/at/all" }, "--policy"],
  [{ nonsense: "1" }, "nonsense"],
])("%j is bad input", (changed, message) => {
  expect(() => read(changed)).toThrow(message);
});

test("Neither a key nor a URL is repeated in an error", () => {
  const secret = "0xsecret";
  expect(() => read({}, { SIGNET_HOST_KEY: secret })).toThrow(/^(?!.*secret).*SIGNET_HOST_KEY/);
  expect(() => read({ rpc: "ftp://secret.example" })).toThrow(/^(?!.*secret).*--rpc/);
});
