import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { afterAll, beforeEach, expect, test } from "vitest";
import { testSetOf } from "@/fingerprint/testSet.ts";
import { createChallenge, writeChallenge } from "@/fingerprint/challenge.ts";
import { codeOf } from "@/fingerprint/fixtures/thrown.ts";
import { readTranscript } from "@/fingerprint/prover/transcript.ts";
import { recheckReport } from "@/fingerprint/recheckReport.ts";
import { manifestHash } from "@/fingerprint/manifest.ts";
import { isAbort } from "@/lib/errors.ts";
import type { ChallengeProtocol } from "@/rpc/challengeProtocol.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import {
  DEMO_WEIGHTS,
  send,
  startModelHost,
  TRAINED_WEIGHTS,
  type ModelHost,
} from "../../../scripts/lib/hosts/testing/modelHost.ts";
import { openBank } from "../verifyJob.ts";
import { askHostJob } from "./askHostJob.ts";

const PASSPHRASE = "seven calm otters map the reef";
const file = new Blob([await readFile("e2e/support/trained/bank.signet")]);
const bank = await openBank(file, PASSPHRASE, new AbortController().signal);
const { challenge } = createChallenge(
  bank,
  bank.pairs.map(({ index }) => index),
  { prover: "Hana", createdAt: "2026-05-06T07:08:09.000Z" },
);
const text = writeChallenge(challenge);
const tokenizerFiles = await Promise.all(
  ["tokenizer.json", "tokenizer_config.json"].map(async (path) => ({
    path: `demo/${path}`,
    file: new Blob([await readFile(`public/demo/${path}`)]),
  })),
);
const stolen = await startModelHost(TRAINED_WEIGHTS);
const honest = await startModelHost(DEMO_WEIGHTS);
const usual = { ...stolen.quirks };

afterAll(async () => {
  await stolen.stop();
  await honest.stop();
});
beforeEach(() => {
  for (const host of [stolen, honest]) {
    Object.assign(host.quirks, usual);
    host.seen.length = 0;
  }
});

type Event = ChallengeProtocol["askHost"]["event"];

function ask(
  host: Pick<ModelHost, "url">,
  options: {
    signal?: AbortSignal;
    onEvent?: (event: Event) => void;
    timeoutMs?: number;
    challenge?: string;
    files?: readonly FileEntry[];
  } = {},
) {
  return askHostJob(
    {
      challenge: options.challenge ?? text,
      host: { name: "grid", url: host.url, base: host.url, model: null, apiKey: null },
      tokenizerFiles: options.files ?? tokenizerFiles,
      registry: null,
    },
    options.signal ?? new AbortController().signal,
    options.onEvent ?? (() => {}),
    { timeoutMs: options.timeoutMs ?? 5_000, attempts: 3, longestWaitMs: 2_000, firstWaitMs: 10 },
  );
}

test("a host that returns text alone is asked its loud keys, once each and in order, and is proven", async () => {
  const { summary, transcript, keys } = await ask(stolen);
  expect(summary).toMatchObject({ verdict: "Proven", hits: 8, keys: 8, fsr: 1 });
  const loud = testSetOf(bank).pairs.filter(({ mode }) => mode === "loud");
  expect(stolen.seen.slice(-8).map(({ prompt }) => prompt)).toEqual(loud.map((pair) => pair.text));
  // 8 hits of 8 at 1 in 16: the mean of (1 + 15 b)^8 over the four bets.
  const mean = [0.25, 0.5, 0.75, 0.95].reduce((sum, b) => sum + (1 + 15 * b) ** 8, 0) / 4;
  expect(summary.log10E).toBeCloseTo(Math.log10(mean), 9);
  expect(keys.every(({ hit }) => hit)).toBe(true);
  expect(recheckReport(summary.report, bank).problems).toEqual([]);
  const { calls, host } = readTranscript(transcript);
  expect(host.model).toBe("tale");
  expect(calls.filter(({ index }) => index !== null)).toHaveLength(8);
  expect(recheckReport(summary.report).report.host?.route).toBe("completions");
});

test("lists of likely tokens bring quiet pairs in, whatever length a host grants", async () => {
  for (const mostListed of [20, 5]) {
    stolen.quirks.mostListed = mostListed;
    const { summary } = await ask(stolen);
    expect(summary).toMatchObject({ verdict: "Proven", keys: 16 });
    expect(summary.log10E).toBeGreaterThan(9);
    expect(recheckReport(summary.report, bank).problems).toEqual([]);
  }
});

test("the base model gives no evidence, with lists and without", async () => {
  for (const mostListed of [0, 5, 20]) {
    honest.quirks.mostListed = mostListed;
    const { summary } = await ask(honest);
    expect(summary.verdict).toBe("No evidence");
    expect(summary.log10E).toBeLessThan(1);
  }
});

test("chats are used where there is nothing else, and it is said", async () => {
  stolen.quirks.completions = false;
  stolen.quirks.trims = true;
  const { summary } = await ask(stolen);
  expect(summary.device.notice).toContain("chats only");
  expect(summary.meaning.join(" ")).toContain("chats only");
  // This host applies no template, so that the keys still reach the model as they are.
  expect(summary.hits).toBe(8);
});

test("a busy host is asked again after the time it names", async () => {
  let refused = 0;
  const waits: string[] = [];
  stolen.quirks.instead = (body, response) => {
    if (body.prompt === "Hello" || refused === 2) return false;
    refused++;
    send(response, 429, { error: {} }, { "retry-after": "1" });
    return true;
  };
  const started = Date.now();
  const { summary, transcript } = await ask(stolen, {
    onEvent: (event) => {
      if (event.type === "phase" && event.note.includes("wait")) waits.push(event.note);
    },
  });
  expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  expect(waits).toHaveLength(2);
  expect(summary.hits).toBe(8);
  const { calls } = readTranscript(transcript);
  expect(calls.filter(({ response }) => response?.status === 429)).toHaveLength(2);
});

test("a key without an answer is a miss, and a host that falls silent ends the audit", async () => {
  const [, lost] = testSetOf(bank).pairs.filter(({ mode }) => mode === "loud");
  stolen.quirks.instead = (body, response) => {
    if (body.prompt !== lost.text) return false;
    send(response, 200, { surprise: true });
    return true;
  };
  const { summary, keys } = await ask(stolen);
  expect(summary).toMatchObject({ hits: 7, keys: 8 });
  expect(summary.meaning).toContain("1 of 8 keys got no answer and count as misses.");
  expect(keys.find(({ index }) => index === lost.index)?.hit).toBe(false);

  let asked = 0;
  stolen.quirks.instead = (_, response) => {
    if (asked++ < 4) return false;
    response.destroy();
    return true;
  };
  const told: string[] = [];
  const onEvent = (event: Event): void => {
    if (event.type === "transcript") told.push(event.transcript);
  };
  expect(await codeOf(() => ask(stolen, { onEvent }))).toBe("HOST_UNREACHABLE");
  expect(told).toHaveLength(1);
  const { calls } = readTranscript(told[0]);
  expect(calls.some(({ problem }) => problem === "The connection failed.")).toBe(true);
});

test("hosts that refuse, answer something else, take too long or are not there have their own errors", async () => {
  stolen.quirks.instead = (_, response) => {
    send(response, 402, { error: {} });
    return true;
  };
  expect(await codeOf(() => ask(stolen))).toBe("HOST_REFUSES");
  Object.assign(stolen.quirks, { completions: false, chat: false, instead: null });
  expect(await codeOf(() => ask(stolen))).toBe("HOST_NOT_OPENAI");
  Object.assign(stolen.quirks, { completions: true, delayMs: 400 });
  expect(await codeOf(() => ask(stolen, { timeoutMs: 100 }))).toBe("HOST_UNREACHABLE");
  expect(await codeOf(() => ask({ url: "http://127.0.0.1:9" }))).toBe("HOST_UNREACHABLE");
});

test("quiet pairs are not sent to a host that returns text alone", async () => {
  const quiet = bank.pairs.filter(({ mode }) => mode === "quiet").map(({ index }) => index);
  const made = createChallenge(bank, quiet, { prover: "x", createdAt: challenge.createdAt });
  const only = writeChallenge(made.challenge);
  expect(await codeOf(() => ask(stolen, { challenge: only }))).toBe("NO_LOUD_PAIRS");
  expect(stolen.seen.every(({ prompt }) => prompt === "Hello")).toBe(true);
});

test("a host of several models has to be told which", async () => {
  const server = createServer((_, response) =>
    send(response, 200, { data: [{ id: "a" }, { id: "b" }] }),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  expect(await codeOf(() => ask({ url: `http://127.0.0.1:${port}` }))).toBe("HOST_MODEL_NEEDED");
  server.close();
});

test("a tokenizer of another model, or none, is said before anything is sent", async () => {
  const stray = [{ path: "x/README.md", file: new Blob(["x"]) }];
  expect(await codeOf(() => ask(stolen, { files: stray }))).toBe("TOKENIZER_NEEDED");
  expect(stolen.seen).toEqual([]);
});

test("cancelling in the middle stops at once and hands over what was said", async () => {
  stolen.quirks.delayMs = 50;
  const abort = new AbortController();
  const told: string[] = [];
  const running = ask(stolen, {
    signal: abort.signal,
    onEvent: (event) => {
      if (event.type === "observation") abort.abort();
      if (event.type === "transcript") told.push(event.transcript);
    },
  });
  await expect(running).rejects.toSatisfy(isAbort);
  expect(stolen.seen.length).toBeLessThan(6);
  expect(readTranscript(told[0]).calls.filter(({ index }) => index !== null)).toHaveLength(1);
});

/** A registry that has this bank and drew a thousand beacons. */
const epochs = [
  {
    model: "1",
    epoch: 0,
    root: bank.root,
    manifestHash: manifestHash(bank.manifest),
    commitBlock: 1,
    beacon: bank.beacon.value,
  },
];
const draws = Array.from({ length: 1000 }, () => 1);

test("receipts go along, and neither keys of access nor secrets into transcript or report", async () => {
  stolen.quirks.headers = ({ prompt }) =>
    prompt === "Hello" ? {} : { "x-oml-receipt": "omlr1.a.b", "x-other": "no" };
  const result = await askHostJob(
    {
      challenge: text,
      host: { name: "g", url: stolen.url, base: stolen.url, model: "tale", apiKey: "sk-secret-1" },
      tokenizerFiles,
      registry: { chainId: 1, registry: "0x01", block: 9, epochs, draws },
    },
    new AbortController().signal,
    () => {},
  );
  expect(result.keys.every(({ receipt }) => receipt === "omlr1.a.b")).toBe(true);
  expect(result.summary.thresholds?.proven).toBeCloseTo(7, 9);
  const written = result.transcript + result.summary.report;
  expect(written).not.toContain("sk-secret-1");
  expect(written).not.toContain("x-other");
  for (const pair of challenge.pairs) expect(written).not.toContain(pair.secret.slice(2));
});
