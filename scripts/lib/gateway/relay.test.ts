import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readModelCall } from "@/permission/openaiCall.ts";
import type { Admitted } from "./desk.ts";
import { HttpError } from "./http.ts";
import { relay } from "./relay.ts";

const SILENCE_MS = 400;
const body = { stream: true, messages: [{ role: "user", content: "hello" }] };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(serve: RequestListener): Promise<number> {
  const server = createServer(serve);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** A call that notes what becomes of it. */
function admittedCall(): { told: string[]; admitted: Admitted } {
  const told: string[] = [];
  const admitted: Admitted = {
    licence: 1n,
    number: 1n,
    inputHash: "0x",
    most: 1_000n,
    fail: () => told.push("fail"),
    deliver: (cost) => told.push(`deliver ${cost}`),
    finish: (cost) => told.push(`finish ${cost}`),
  };
  return { told, admitted };
}

/** Relays one call of a client that `act`s on the open connection. @returns what the relay threw */
async function relayed(
  port: number,
  admitted: Admitted,
  act: (response: Parameters<RequestListener>[1]) => Promise<unknown> | void,
): Promise<unknown> {
  let settle: (error: unknown) => void = () => {};
  const outcome = new Promise<unknown>((resolve) => (settle = resolve));
  const gateway = await listen((_request, response) => {
    const relaying = async () => {
      await act(response);
      await relay(admitted, readModelCall("chat", body), body, response, {
        url: `http://127.0.0.1:${port}/`,
        headers: { authorization: "Bearer secret" },
        price: { perCall: 7n, perThousandInput: 0n, perThousandOutput: 0n },
        upstreamTimeoutMs: SILENCE_MS,
        maxAnswerBytes: 1e9,
        signReceipt: async () => "omlr1.x.y",
      });
    };
    relaying().then(() => settle(null), settle);
  });
  const socket = connect(gateway, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
  socket.pause();
  try {
    return await outcome;
  } finally {
    socket.destroy();
  }
}

const event = `data: ${JSON.stringify({ choices: [{ delta: { content: "x".repeat(65_536) } }] })}\n\n`;

/** A server that speaks for as long as it is listened to. */
const flood: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const pour = (): void => {
    while (!response.destroyed && response.write(event));
  };
  response.on("drain", pour);
  pour();
};

test("a caller who left before the answer is neither charged nor waited for", async () => {
  const { told, admitted } = admittedCall();
  const error = await relayed(await listen(flood), admitted, (response) => {
    response.destroy();
    return once(response, "close");
  });
  expect(error).toBeInstanceOf(HttpError);
  expect(told).toEqual([]);
}, 5_000);

test("a caller who neither reads nor leaves is cut off, and pays", async () => {
  const { told, admitted } = admittedCall();
  const error = await relayed(await listen(flood), admitted, () => {});
  expect(error).toBeInstanceOf(HttpError);
  expect(told).toEqual(["deliver 7", "finish 7"]);
}, 5_000);

test.each([
  [400, 400, "Too long a prompt"],
  [429, 429, "Slow down"],
  [401, 502, "Incorrect API key provided: sk-secret"],
  [403, 502, "Project secret has no access"],
])("%i of the server behind becomes %i", async (status, expected, message) => {
  const { told, admitted } = admittedCall();
  const port = await listen((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message } }));
  });
  const error = await relayed(port, admitted, () => {});
  expect(error).toMatchObject({ status: expected });
  expect(String(error).includes(message)).toBe(expected === status);
  expect(told).toEqual([]);
});
