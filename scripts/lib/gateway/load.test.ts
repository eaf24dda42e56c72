import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeToken } from "@/permission/token.ts";
import { ROOT } from "../paths.mjs";
import { freePort } from "../chain/anvil.mjs";
import { Caller } from "./testing/caller.ts";
import { startEcho } from "./testing/echoServer.ts";
import { MODEL, openMarket, type Market } from "./testing/market.ts";

const CLIENTS = 20;
const CALLS = 50;
const PRICE = 1_000n;
const KILL_AFTER = 400;

let market: Market;
let echo: Awaited<ReturnType<typeof startEcho>>;
let gateway: ChildProcess | null = null;
let port = 0;
const url = () => `http://127.0.0.1:${port}`;
const books = () => join(market.folder, "books.sqlite");

beforeAll(async () => {
  market = await openMarket();
  echo = await startEcho();
  port = (await freePort()) ?? 0;
}, 120_000);

afterAll(async () => {
  gateway?.kill("SIGKILL");
  await echo?.stop();
  await market?.close();
});

/** The gateway as users start it. */
async function start(settleEvery: number): Promise<ChildProcess> {
  const { channel, licences } = market.contracts;
  const options: Record<string, string | number | bigint> = {
    upstream: echo.url,
    rpc: market.url,
    channel,
    licences,
    model: MODEL,
    price: PRICE,
    port,
    books: books(),
    "settle-every": settleEvery,
    watch: 1,
  };
  const args = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, `${value}`]);
  const child = spawn(process.execPath, [join(ROOT, "scripts/gateway.mjs"), ...args], {
    env: { ...process.env, SIGNET_HOST_KEY: market.hostKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "exit").then(() => {
    throw new Error(`The gateway ended: ${output}`);
  });
  child.stderr.on("data", (text) => (output += String(text)));
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (text) => {
      output += String(text);
      if (output.includes("The gateway of host")) resolve();
    });
  });
  ended.catch(() => {});
  await Promise.race([ready, ended]);
  expect(output).not.toContain(market.hostKey.slice(2, 20));
  return child;
}

interface Answer {
  readonly licence: bigint;
  readonly number: bigint;
}

/** Makes its calls one after another, again after any failure, always with the last known position. */
async function client(caller: Caller, answers: Answer[], onAnswer: () => void): Promise<void> {
  let position = { nextCall: 1n, committed: 0n };
  for (let done = 0; done < CALLS;) {
    const text = `call ${done}`;
    try {
      const voucher = await caller.voucher(position, PRICE, text);
      const response = await caller.chat(url(), text, voucher);
      if (response.status === 409) {
        position = await caller.position(url());
        continue;
      }
      const receipt = response.headers.get("x-oml-receipt");
      const body = await response.json();
      if (!response.ok || receipt === null) throw new Error(JSON.stringify(body));
      expect(body.choices[0].message.content).toBe(`echo ${text}`);
      const { licence, callIndex } = decodeToken("Receipt", receipt).message;
      answers.push({ licence, number: callIndex });
      position = { nextCall: callIndex + 1n, committed: position.committed + PRICE };
      done += 1;
      onAnswer();
    } catch (error) {
      if (error instanceof Error && error.message.includes("oml_refusal")) throw error;
      // The gateway is gone for a moment.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

test("1,000 calls of 20 clients with a kill in the middle: all paid, none twice", async () => {
  const callers: Caller[] = [];
  for (let index = 0; index < CLIENTS; index += 1) {
    callers.push(new Caller(await market.hold(), market.domain));
  }
  gateway = await start(3_600);
  const answers: Answer[] = [];
  let restarted = Promise.resolve();
  let isKilled = false;
  const kill = async () => {
    const victim = gateway;
    victim?.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Settles as it goes from now on, so that settlement and calls run into each other too.
    gateway = await start(2);
  };
  const onAnswer = () => {
    if (answers.length < KILL_AFTER || isKilled) return;
    isKilled = true;
    restarted = kill();
  };
  await Promise.all(callers.map((caller) => client(caller, answers, onAnswer)));
  await restarted;
  expect(isKilled).toBe(true);
  expect(answers).toHaveLength(CLIENTS * CALLS);
  expect(new Set(answers.map(({ licence, number }) => `${licence} ${number}`)).size).toBe(
    CLIENTS * CALLS,
  );

  await expect
    .poll(async () => (await (await fetch(`${url()}/healthz`)).json()).unsettledAmount, {
      timeout: 30_000,
    })
    .toBe("0");
  gateway.kill("SIGTERM");
  await once(gateway, "exit");
  gateway = null;

  const database = new sqlite.Database(books());
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  let lost = 0n;
  for (const { holding } of callers) {
    const { licence } = holding;
    const { settled, settledCalls } = await market.channelOf(licence);
    const rows = database.all("SELECT number, cost FROM calls WHERE licence = ?", [`${licence}`]);
    // Each call is in the books once, and the chain was asked for exactly those.
    expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
    expect(settledCalls).toBe(BigInt(rows.length));
    expect(settled).toBe(PRICE * BigInt(rows.length));
    // No answer that a client holds is unpaid; an answer lost with the process is paid at most once.
    const held = answers.filter((answer) => answer.licence === licence);
    expect(held).toHaveLength(CALLS);
    expect(held.every(({ number }) => number <= settledCalls)).toBe(true);
    expect(settledCalls - BigInt(CALLS)).toBeLessThanOrEqual(1n);
    lost += settledCalls - BigInt(CALLS);
  }
  database.close();
  // Whatever reached the server behind and was not answered had not been taken a voucher for.
  expect(echo.calls()).toBeGreaterThanOrEqual(CLIENTS * CALLS + Number(lost));
}, 240_000);
