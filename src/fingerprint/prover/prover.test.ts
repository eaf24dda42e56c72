import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTokenizer } from "@/text/tokenizer.ts";
import { burnForChallenge, challengeOf, createChallenge } from "../challenge.ts";
import { unburntPairs } from "../burnLog.ts";
import { codeOf } from "../fixtures/thrown.ts";
import { makeToyBank } from "../fixtures/toyBank.ts";
import { recheckReport } from "../recheckReport.ts";
import { readReport, reportOn, writeReport } from "../report.ts";
import { judgeEvidence, type KeyEvidence } from "../verdict.ts";
import { readAnswers } from "./answers.ts";
import { checkTranscript } from "./checkTranscript.ts";
import { choosePairs, pairsNeeded } from "./choosePairs.ts";
import { askable, evidenceOfAnswer, primaryFor } from "./hostEvidence.ts";
import {
  createIdentity,
  exportIdentity,
  importIdentity,
  readRecipient,
  recipientOf,
} from "./identity.ts";
import { isSealedChallenge, openSealedChallenge, sealChallenge } from "./sealedChallenge.ts";
import { readTranscript, transcriptHash, writeTranscript, type Transcript } from "./transcript.ts";

/** What scripts/oracle/make_prover_vectors.py wrote with pyrage and transformers. */
interface Vectors {
  age: Record<
    "identity" | "recipient" | "otherIdentity" | "text" | "sealed" | "passphrase" | "exported",
    string
  >;
  answers: { prompt: string; ids: number[]; tokens: [number, string | null][] }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("fixtures/vectors.json", import.meta.url), "utf8"),
);
const { age } = vectors;
const toy = await makeToyBank({ count: 8 }, { bound: true });
const { bank } = toy;
const at = { prover: "Hana", createdAt: "2026-05-06T07:08:09.000Z" };

test("identities, recipients and exported identities of another age implementation are read", async () => {
  expect(await recipientOf(age.identity)).toBe(age.recipient);
  expect(await readRecipient(` ${age.recipient}\n`)).toBe(age.recipient);
  expect(await importIdentity(age.exported, age.passphrase)).toBe(age.identity);
  const made = await createIdentity();
  const exported = await exportIdentity(made, "seven calm otters", 10);
  expect(exported).not.toContain(made);
  expect(await importIdentity(exported, "seven calm otters")).toBe(made);
  expect(await codeOf(() => importIdentity(exported, "another"))).toBe("PASSPHRASE_WRONG");
  expect(await codeOf(() => exportIdentity(made, ""))).toBe("PASSPHRASE_MISSING");
});

test("no error repeats an identity", async () => {
  const damaged = `${age.identity.slice(0, -1)}Q`;
  const thrown: unknown[] = [];
  for (const run of [
    () => recipientOf(damaged),
    () => readRecipient(age.identity),
    () => openSealedChallenge(age.sealed, age.identity),
    () => importIdentity(age.sealed, "x"),
    () => importIdentity(age.identity, "x"),
  ]) {
    await run().catch((error: unknown) => thrown.push(error));
  }
  expect(thrown).toHaveLength(5);
  for (const error of thrown) {
    const all = error instanceof Error ? `${error.message} ${String(error.cause)}` : "";
    expect(all + JSON.stringify(error)).not.toContain(age.identity.slice(16, 40));
  }
});

test("a text sealed by another implementation opens, and is then found to be no challenge", async () => {
  expect(isSealedChallenge(age.sealed)).toBe(true);
  expect(await codeOf(() => openSealedChallenge(age.sealed, age.identity))).toBe(
    "CHALLENGE_INVALID",
  );
  expect(await codeOf(() => openSealedChallenge(age.sealed, age.otherIdentity))).toBe(
    "CHALLENGE_NOT_YOURS",
  );
});

test("a challenge opens for its prover alone, and any changed byte is noticed", async () => {
  const { challenge } = createChallenge(bank, [0, 2, 5], at);
  const sealed = await sealChallenge(challenge, age.recipient);
  expect(sealed).not.toContain(challenge.root.slice(2, 20));
  const opened = await openSealedChallenge(sealed, age.identity);
  expect(opened.challenge).toEqual(challenge);
  expect(opened.testSet.pairs.map(({ index }) => index)).toEqual(
    challenge.pairs.map(({ index }) => index),
  );
  expect(await codeOf(() => openSealedChallenge(sealed, age.otherIdentity))).toBe(
    "CHALLENGE_NOT_YOURS",
  );
  const lines = sealed.split("\n");
  const middle = Math.floor(lines.length / 2);
  const swapped = lines[middle].startsWith("A") ? "B" : "A";
  const changed = lines.with(middle, swapped + lines[middle].slice(1)).join("\n");
  expect(await codeOf(() => openSealedChallenge(changed, age.identity))).toBe("CHALLENGE_TAMPERED");
  expect(await codeOf(() => openSealedChallenge(lines.slice(0, -4).join("\n"), age.identity))).toBe(
    "CHALLENGE_TAMPERED",
  );
  for (const bad of ["", "age1", age.identity, age.recipient.slice(0, -1), `${age.recipient}q`]) {
    expect(await codeOf(() => sealChallenge(challenge, bad))).toBe("RECIPIENT_INVALID");
  }
});

test("what is burnt is the next unburnt pairs, loud ones first, and makes the same challenge again", async () => {
  const first = choosePairs(bank, 3);
  expect(first.map((index) => bank.pairs[index].mode)).toEqual(["loud", "loud", "loud"]);
  const burnt = burnForChallenge(bank, first, at);
  expect(bank.burns).toEqual([]);
  expect(unburntPairs(burnt)).toHaveLength(5);
  expect(challengeOf(burnt, 0)).toEqual(createChallenge(bank, first, at).challenge);
  expect(() => challengeOf(burnt, 1)).toThrow(RangeError);
  const second = choosePairs(burnt, 5);
  expect([...first, ...second].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(choosePairs(burnt, 1, new Set([second[0]]))).toEqual([second[1]]);
  expect(await codeOf(() => choosePairs(burnt, 6))).toBe("PAIRS_TOO_FEW");
  expect(await codeOf(() => choosePairs(bank, 8, new Set([1])))).toBe("PAIRS_TOO_FEW");
});

test("the number needed is that with which hits alone reach Proven", () => {
  // By hand: mean of (1 + 15b)^4 over b = 0.25, 0.5, 0.75, 0.95 is 18,841 and of ^3 it is 1,408.
  expect(pairsNeeded(16, 1, true)).toEqual({ allHits: 4, advised: 6 });
  for (const [width, owners, bound] of [
    [16, 1, false],
    [8, 1000, true],
    [2, 1, true],
  ] as const) {
    const { allHits } = pairsNeeded(width, owners, bound);
    const word = (keys: number) =>
      judgeEvidence(
        Array.from({ length: keys }, (_, index) => hitOf(index, width)),
        { width, bound, owners },
      ).word;
    expect(word(allHits)).toBe("Proven");
    expect(word(allHits - 1)).not.toBe("Proven");
  }
});

function hitOf(index: number, width: number): KeyEvidence {
  const baseLogProbs = Array.from({ length: width }, () => -3);
  return { index, mode: "loud", responseIndex: 0, baseLogProbs, suspectLogProbs: null, hit: true };
}

const demo = join(import.meta.dirname, "../../../public/demo");
const tokenizer = createTokenizer({
  tokenizerJson: JSON.parse(readFileSync(join(demo, "tokenizer.json"), "utf8")),
  tokenizerConfig: JSON.parse(readFileSync(join(demo, "tokenizer_config.json"), "utf8")),
});

test("answers are the texts that transformers says each token adds, and nothing near them", () => {
  for (const { prompt, ids, tokens } of vectors.answers) {
    expect(tokenizer.encode(prompt, { addSpecialTokens: true })).toEqual(ids);
    const candidates = tokens.map(([id]) => id);
    const reader = readAnswers(tokenizer, {
      prompt: ids,
      candidates,
      baseLogProbs: candidates.map(() => -5),
    });
    const texts = tokens.map(([, text]) => text ?? "");
    for (const [place, text] of texts.entries()) {
      const bare = text.replace(/^ /, "");
      const rivals = texts.filter((other) => other.replace(/^ /, "") === bare).length;
      // With its space it is one token; without, it may be another's text.
      const sound = text !== "" && !text.includes("\ufffd") && (rivals === 1 || text !== bare);
      expect(reader.candidateOf(text), text).toBe(sound ? place : null);
      if (!sound || bare === "" || rivals > 1) continue;
      expect(reader.candidateOf(bare)).toBe(place);
      for (const near of [`${text} `, `  ${bare}`, `${text}\n`, `${text}x`]) {
        expect(texts.includes(near) ? null : reader.candidateOf(near), near).toBeNull();
      }
    }
    expect(reader.candidateOf("")).toBeNull();
  }
});

test("a text that fits two candidates is a miss", () => {
  const decode = (ids: readonly number[]) =>
    ids.map((id) => ["x", " a", "a", " b", "\ufffd"][id]).join("");
  const reader = readAnswers(
    { decode },
    { prompt: [0], candidates: [1, 2, 3, 4], baseLogProbs: [-2, -2, -2, -2] },
  );
  expect(reader.candidateOf("a")).toBeNull();
  expect(reader.candidateOf(" a")).toBe(0);
  expect(reader.candidateOf("b")).toBe(2);
  expect(reader.candidateOf("\ufffd")).toBeNull();
  // Listed: b. The others were less likely than the last of the list, or as in the base.
  expect(
    reader.scores([
      { text: " b", logProb: -0.1 },
      { text: " z", logProb: -4 },
    ]),
  ).toEqual([-4, -4, -0.1, -4]);
  expect(reader.scores([])).toEqual([-2, -2, -2, -2]);
});

test("text alone counts loud pairs, and its expectation over the response is at most 1", () => {
  const set = {
    manifest: bank.manifest,
    root: bank.root,
    beacon: bank.beacon,
    pairs: bank.pairs,
  };
  expect(askable(set, false).pairs.every(({ mode }) => mode === "loud")).toBe(true);
  expect(askable(set, true).pairs).toHaveLength(8);
  expect([primaryFor(true), primaryFor(false)]).toEqual(["logit", "text"]);
  const [pair] = bank.pairs;
  const reader = readAnswers(toy.tokenizer, pair);
  const before = toy.tokenizer.decode(pair.prompt, { skipSpecialTokens: true });
  for (const listed of [
    null,
    [
      { text: " the", logProb: -0.5 },
      { text: "b", logProb: -6 },
    ],
  ]) {
    for (const id of [...pair.candidates, 65]) {
      const after = toy.tokenizer.decode([...pair.prompt, id], { skipSpecialTokens: true });
      const text = after.slice(before.length);
      // Were the response any other of the candidates, as an independent secret makes equally likely:
      let hits = 0;
      let sum = 0;
      for (let responseIndex = 0; responseIndex < bank.manifest.width; responseIndex++) {
        const key = evidenceOfAnswer(
          { ...pair, responseIndex },
          { index: pair.index, text, listed },
          reader,
          listed !== null,
        );
        hits += Number(key.hit);
        const verdict = judgeEvidence([key], { width: bank.manifest.width, bound: true });
        sum += 10 ** verdict.log10E;
      }
      expect(hits).toBeLessThanOrEqual(1);
      expect(sum / bank.manifest.width).toBeLessThanOrEqual(1 + 1e-9);
    }
  }
});

test("a host's report names host and transcript and is computed again", () => {
  const transcript: Transcript = {
    format: "signet-transcript",
    version: 1,
    startedAt: at.createdAt,
    endedAt: at.createdAt,
    host: { name: "grid", url: "https://grid.example", model: "m" },
    route: "completions",
    listsTokens: false,
    set: { root: bank.root, beacon: bank.beacon.value, manifestHash: bank.root },
    tokenizerHash: "ab",
    calls: [
      {
        index: 0,
        at: at.createdAt,
        elapsedMs: 12,
        path: "/v1/completions",
        request: '{"prompt":"ü"}',
        response: { status: 200, headers: { date: "now" }, body: "{}" },
        problem: null,
      },
    ],
  };
  const file = writeTranscript(transcript);
  expect(readTranscript(file)).toEqual(transcript);
  const hash = transcriptHash(file);
  expect(hash).toBe(`0x${createHash("sha256").update(file).digest("hex")}`);
  const set = { manifest: bank.manifest, root: bank.root, beacon: bank.beacon, pairs: bank.pairs };
  const evidence = bank.pairs.map((pair) => ({
    ...hitOf(pair.index, bank.manifest.width),
    mode: pair.mode,
    responseIndex: pair.responseIndex,
    baseLogProbs: pair.baseLogProbs,
  }));
  const url = "https://grid.example";
  const host = { url, model: "m", route: "completions" as const, transcript: hash };
  const { report, verdict } = reportOn(evidence, {
    set,
    suspect: { name: "grid", weightsHash: null, tokenizerHash: "ab" },
    device: { kind: "host", name: "https://grid.example" },
    host,
    diagnosis: { tokenizer: "same", template: "unused" },
    confirmation: null,
    createdAt: at.createdAt,
    primary: "text",
    notes: ["Asked over HTTP."],
  });
  expect(verdict.word).toBe("Proven");
  expect(report.meaning.at(-1)).toBe("Asked over HTTP.");
  expect(recheckReport(writeReport(report), bank)).toMatchObject({ problems: expect.any(Array) });
  expect(recheckReport(writeReport(report)).problems).toEqual([]);
  // The transcript above asked one key of eight.
  expect(checkTranscript(report, file)).toHaveLength(2);
  const whole = writeTranscript({
    ...transcript,
    set: { ...transcript.set, manifestHash: report.bank.manifestHash },
    calls: bank.pairs.flatMap(({ index }) => {
      const call = { ...transcript.calls[0], index };
      return index === 3 ? [call, call] : [call];
    }),
  });
  const about = { ...report, host: { ...host, transcript: transcriptHash(whole) } };
  expect(checkTranscript(readReport(writeReport(about)), whole)).toEqual([]);
  expect(checkTranscript(report, whole)).toEqual([expect.stringContaining("hash")]);
  const moved = writeReport(report).replace("https://grid.example", "https://other.example");
  expect(recheckReport(moved).valid).toBe(false);
});
