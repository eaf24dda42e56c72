import { afterEach, expect, it } from "vitest";
import { AppError, isAbort } from "@/lib/errors.ts";
import { connect } from "./connect.ts";
import type { Client } from "./connect.ts";
import { RemoteError, RpcError } from "./errors.ts";
import { serve, withTransfer } from "./serve.ts";
import type { Handlers } from "./serve.ts";

interface TestProtocol {
  double: { params: { n: number }; event: never; result: number };
  count: { params: { to: number }; event: { type: "count"; n: number }; result: null };
  flood: {
    params: { progress: number };
    event: { type: "progress"; n: number } | { type: "mark" };
    result: null;
  };
  wait: { params: null; event: { type: "started" }; result: null };
  fail: { params: { kind: "app" | "plain" }; event: never; result: null };
  uncloneable: { params: null; event: never; result: unknown };
  bytes: { params: null; event: never; result: { buffer: ArrayBuffer } };
}

class LimitError extends AppError<"TOO_BIG"> {}

let moved: ArrayBuffer | null = null;
const handlers: Handlers<TestProtocol> = {
  double: ({ n }) => n * 2,
  async count({ to }, { emit, drain }) {
    for (let n = 0; n < to; n++) {
      emit({ type: "count", n });
      await drain();
    }
    return null;
  },
  flood({ progress }, { emit }) {
    for (let n = 0; n < progress; n++) emit({ type: "progress", n });
    emit({ type: "mark" });
    return null;
  },
  wait: (_params, { signal, emit }) =>
    new Promise((_resolve, reject) => {
      emit({ type: "started" });
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
  fail({ kind }) {
    const cause = new Error("outer", { cause: new Error("inner") });
    if (kind === "plain") throw new TypeError("plain failure", { cause });
    throw new LimitError("TOO_BIG", "Needs 3, have 2.", "Choose less.", {
      cause,
      details: "3 > 2",
    });
  },
  uncloneable: () => () => 1,
  bytes() {
    moved = new ArrayBuffer(16);
    return withTransfer({ buffer: moved }, [moved]);
  },
};

let open: { client: Client<TestProtocol>; stop: () => void }[] = [];
function pair(): { client: Client<TestProtocol>; far: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  const stop = serve<TestProtocol>(handlers, port2);
  const client = connect<TestProtocol>(port1);
  open.push({ client, stop });
  return { client, far: port2 };
}
afterEach(() => {
  for (const { client, stop } of open) {
    stop();
    client.terminate();
  }
  open = [];
});

it("returns results of concurrent calls to their own callers", async () => {
  const { client } = pair();
  const calls = [3, 4, 5].map((n) => client.call("double", { n }));
  expect(await Promise.all(calls)).toEqual([6, 8, 10]);
});

it("delivers every counted event in order before the result, in few batches", async () => {
  const { client, far } = pair();
  const seen: number[] = [];
  let acks = 0;
  far.addEventListener("message", (event) => {
    if (event instanceof MessageEvent && event.data.t === "ack") acks += 1;
  });
  await client.call("count", { to: 2000 }, { onEvent: (event) => seen.push(event.n) });
  expect(seen).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(acks).toBeGreaterThan(2);
  expect(acks).toBeLessThan(200);
});

it("keeps only the newest progress when the page is slow, and nothing else is dropped", async () => {
  const { client } = pair();
  const seen: { type: string; n?: number }[] = [];
  await client.call("flood", { progress: 500 }, { onEvent: (event) => seen.push(event) });
  expect(seen.length).toBeLessThan(10);
  expect(seen.at(-1)).toEqual({ type: "mark" });
  expect(seen.at(-2)).toEqual({ type: "progress", n: 499 });
});

it("keeps class name, code, hint, details and the cause chain of an error", async () => {
  const { client } = pair();
  const error = await client.call("fail", { kind: "app" }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({
    name: "LimitError",
    code: "TOO_BIG",
    message: "Needs 3, have 2.",
    hint: "Choose less.",
    details: "3 > 2",
    causes: ["outer", "inner"],
  });
});

it("gives a plain error a code and a hint", async () => {
  const { client } = pair();
  const error = await client.call("fail", { kind: "plain" }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "TypeError", code: "INTERNAL", message: "plain failure" });
  expect(error instanceof AppError && error.hint.length > 10).toBe(true);
});

it("aborts the handler and rejects with an AbortError", async () => {
  const { client } = pair();
  const abort = new AbortController();
  const call = client.call("wait", null, {
    signal: abort.signal,
    onEvent: () => abort.abort(),
  });
  const error = await call.catch((caught: unknown) => caught);
  expect(isAbort(error)).toBe(true);
  expect(await client.call("double", { n: 1 })).toBe(2);
});

it("does not send a call whose signal was aborted before", async () => {
  const { client } = pair();
  const call = client.call("wait", null, { signal: AbortSignal.abort() });
  expect(isAbort(await call.catch((caught: unknown) => caught))).toBe(true);
});

it("rejects pending and later calls when the worker is terminated", async () => {
  const { client } = pair();
  const call = client.call("wait", null);
  client.terminate();
  await expect(call).rejects.toMatchObject({ code: "WORKER_CLOSED" });
  await expect(client.call("double", { n: 1 })).rejects.toBeInstanceOf(RpcError);
  expect(client.closed).toBe(true);
});

it("rejects pending calls when the worker crashes", async () => {
  const target = new EventTarget();
  let terminated = false;
  const client = connect<TestProtocol>({
    postMessage: () => undefined,
    addEventListener: (type, listener) => target.addEventListener(type, listener),
    removeEventListener: (type, listener) => target.removeEventListener(type, listener),
    terminate: () => (terminated = true),
  });
  const call = client.call("wait", null);
  target.dispatchEvent(new Event("error", { cancelable: true }));
  await expect(call).rejects.toMatchObject({ code: "WORKER_CRASHED" });
  expect(terminated).toBe(true);
});

it("reports unknown methods and values that cannot be cloned", async () => {
  const { client, far } = pair();
  await expect(client.call("uncloneable", null)).rejects.toMatchObject({ code: "NOT_CLONEABLE" });
  const stop = serve<{ none: TestProtocol["double"] }>({ none: () => 0 }, far);
  const other = new MessageChannel();
  open.push({ client: connect<TestProtocol>(other.port1), stop });
  serve<{ none: TestProtocol["double"] }>({ none: () => 0 }, other.port2);
  const { client: foreign } = open[open.length - 1];
  await expect(foreign.call("double", { n: 1 })).rejects.toMatchObject({ code: "UNKNOWN_METHOD" });
});

it("moves buffers marked for transfer and ignores foreign messages", async () => {
  const { client, far } = pair();
  far.postMessage("not a frame", []);
  far.postMessage({ v: 99, t: "result", id: 1, value: 1 }, []);
  const { buffer } = await client.call("bytes", null);
  expect(buffer.byteLength).toBe(16);
  expect(moved?.byteLength).toBe(0);
});
