import { beforeAll, expect, test } from "vitest";
import { revealPairs, type Bank } from "./bank.ts";
import { createChallenge, readChallenge, writeChallenge } from "./challenge.ts";
import { judge } from "./audit.ts";
import { auditToy } from "./fixtures/audit.ts";
import { codeOf } from "./fixtures/thrown.ts";
import { embedToy, makeToyBank, type ToyCase } from "./fixtures/toyBank.ts";
import { observe } from "./observe.ts";
import { publicManifest, readPublicManifest, writePublicManifest } from "./publicManifest.ts";
import { recheckReport, requireIntactReport } from "./recheckReport.ts";
import { createReport, reportHash, writeReport } from "./report.ts";
import type { Report } from "./reportSchema.ts";

let toy: ToyCase;
let bank: Bank;
let json: string;
let open: string;
let report: Report;

beforeAll(async () => {
  toy = await makeToyBank({ count: 8 }, { bound: true });
  ({ bank } = toy);
  embedToy(toy);
  const { set, observations } = await auditToy(toy);
  const input = {
    set,
    observations,
    suspect: { name: "suspect", weightsHash: null, tokenizerHash: toy.tokenizer.hash },
    device: { kind: "cpu", name: "test" },
    diagnosis: { tokenizer: "same", template: "unused" },
    confirmation: null,
    createdAt: "2026-05-06T07:08:09.000Z",
  } as const;
  ({ report } = createReport(input));
  json = writeReport(report);
  open = writeReport(createReport({ ...input, reveals: revealPairs(bank, [2, 5]) }).report);
});

test("a report says what it found, holds together, and burns no pair", () => {
  expect(report.result).toMatchObject({ verdict: "Proven", keys: 8, fsr: 1 });
  expect(recheckReport(json)).toMatchObject({ valid: true, problems: [] });
  expect(recheckReport(json, bank).valid).toBe(true);
  expect(recheckReport(open, bank).valid).toBe(true);
  for (const pair of bank.pairs) expect(json).not.toContain(JSON.stringify(pair.text));
  expect(json).not.toContain(JSON.stringify(bank.pairs[0].candidates));
  expect(json).not.toContain('secret":');
});

test("a signature is not part of the hash", () => {
  const signed = { ...report, signature: { kind: "eip191", address: "0x1", value: "0x2" } };
  expect(recheckReport(writeReport(signed)).valid).toBe(true);
});

/** Changes every leaf of the JSON in turn. */
function* mutations(value: unknown, path: string[] = []): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      for (const [where, changed] of mutations(item, [...path, String(i)])) {
        yield [where, value.with(i, changed)];
      }
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      for (const [where, changed] of mutations(item, [...path, name])) {
        yield [where, { ...value, [name]: changed }];
      }
    }
  } else {
    const where = path.join(".");
    if (typeof value === "boolean") yield [where, !value];
    else if (typeof value === "number")
      yield [where, Number.isInteger(value) ? value + 1 : value - 0.01];
    else if (typeof value === "string") yield [where, `${value}0`];
    else yield [where, "0"];
  }
}

test("changing any value of a report is found", async () => {
  let count = 0;
  for (const [where, changed] of mutations(JSON.parse(json))) {
    const code = await codeOf(() => requireIntactReport(JSON.stringify(changed)));
    expect(["REPORT_TAMPERED", "REPORT_INVALID"], where).toContain(code);
    count++;
  }
  expect(count).toBeGreaterThan(150);
});

test("a forger who also repairs the hash is found by the evidence, the bank or the reveals", () => {
  const forge = (from: string, change: (body: Report) => Report) => {
    const changed = change(JSON.parse(from));
    return writeReport({ ...changed, hash: reportHash(changed) });
  };
  const better = forge(json, (body) => ({ ...body, result: { ...body.result, log10E: 30 } }));
  expect(recheckReport(better).problems.join()).toContain('"log10E"');
  const word = forge(json, (body) => ({
    ...body,
    result: { ...body.result, verdict: "No evidence" },
  }));
  expect(recheckReport(word).problems.join()).toContain('"verdict"');
  const hits = forge(json, (body) => ({
    ...body,
    evidence: body.evidence.map((key) => ({ ...key, hit: true })),
    result: { ...body.result, hits: 8 },
  }));
  expect(recheckReport(hits).valid).toBe(false);
  const twice = forge(json, (body) => ({
    ...body,
    evidence: [...body.evidence, body.evidence[0]],
  }));
  expect(recheckReport(twice).problems.join()).toContain("twice");
  const owners = forge(json, (body) => ({ ...body, owners: 2 }));
  expect(recheckReport(owners).valid).toBe(false);

  // Evidence that is consistent in itself, but not about the bank's responses.
  const turned = forge(json, (body) => ({
    ...body,
    evidence: body.evidence.map((key) => ({
      ...key,
      responseIndex: 7 - key.responseIndex,
      baseLogProbs: key.baseLogProbs.toReversed(),
      suspectLogProbs: key.suspectLogProbs?.toReversed() ?? null,
    })),
  }));
  expect(recheckReport(turned).valid).toBe(true);
  expect(recheckReport(turned, bank).valid).toBe(false);
  const turnedOpen = forge(open, (body) => ({
    ...body,
    evidence: body.evidence.map((key) => ({
      ...key,
      responseIndex: 7 - key.responseIndex,
      baseLogProbs: key.baseLogProbs.toReversed(),
      suspectLogProbs: key.suspectLogProbs?.toReversed() ?? null,
    })),
  }));
  expect(recheckReport(turnedOpen).problems).toHaveLength(2);
  const reordered = forge(json, (body) => ({ ...body, evidence: body.evidence.toReversed() }));
  expect(recheckReport(reordered, bank).problems.join()).toContain("order");
});

test("what is not a report is its own error", async () => {
  for (const bad of ["", "{", "[]", "null", '{"format":"signet-report"}', "7"]) {
    expect(await codeOf(() => recheckReport(bad))).toBe("REPORT_INVALID");
  }
});

test("the manifest holds no secret and is checked when read", async () => {
  const text = writePublicManifest(publicManifest(bank));
  expect(readPublicManifest(text)).toEqual(publicManifest(bank));
  for (const pair of bank.pairs) expect(text).not.toContain(pair.text);
  expect(text).not.toContain(Buffer.from(bank.master).toString("hex"));
  const changed = text.replace('"width":8', '"width":16');
  expect(await codeOf(() => readPublicManifest(changed))).toBe("MANIFEST_INVALID");
  expect(await codeOf(() => readPublicManifest("x"))).toBe("MANIFEST_INVALID");
});

test("a challenge opens its pairs only, proves them, and is noted as burnt", async () => {
  const made = createChallenge(bank, [1, 4, 6], {
    prover: "prover 7",
    createdAt: "2026-05-06T07:08:09.000Z",
  });
  expect(made.bank.burns).toHaveLength(1);
  expect(made.bank.burns[0].pairs.toSorted((a, b) => a - b)).toEqual([1, 4, 6]);
  const text = writeChallenge(made.challenge);
  for (const pair of bank.pairs) {
    expect(text.includes(JSON.stringify(pair.text))).toBe([1, 4, 6].includes(pair.index));
  }
  const { testSet } = readChallenge(text);
  const verdict = judge(testSet, await observe(toy.model, testSet));
  expect(verdict.statistics.exact.keys).toBe(3);
  expect(verdict.log10E).toBeGreaterThan(2);
  expect(await codeOf(() => readChallenge(text.replace('"mode":"', '"mode":"x')))).toBe(
    "CHALLENGE_INVALID",
  );
  const [first] = made.challenge.pairs;
  const other = text.replace(first.salt, `0x${"11".repeat(32)}`);
  expect(await codeOf(() => readChallenge(other))).toBe("REVEAL_INVALID");
  const doubled = { ...made.challenge, pairs: [first, first] };
  expect(await codeOf(() => readChallenge(writeChallenge(doubled)))).toBe("CHALLENGE_INVALID");
  expect(() => createChallenge(bank, [99], { prover: "x", createdAt: "" })).toThrow(RangeError);
});
