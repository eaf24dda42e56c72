import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { evidenceOf } from "./audit.ts";
import { canonicalJson } from "./canonicalJson.ts";
import {
  confirmVerdict,
  needsCpuConfirmation,
  type Agreement,
  type SuspectDevice,
} from "./cpuConfirmation.ts";
import { toHex, type Hex } from "./encoding.ts";
import { FingerprintError } from "./errors.ts";
import { manifestHash } from "./manifest.ts";
import type { Observation } from "./observe.ts";
import { reportSchema, type Report, type ReportBody } from "./reportSchema.ts";
import { judgingOf, type ChainCheck } from "./registryCheck.ts";
import type { RevealedPair } from "./reveal.ts";
import type { TestSet } from "./testSet.ts";
import type { TokenizerDiagnosis } from "./tokenizerCheck.ts";
import { judgeEvidence, type KeyEvidence, type PrimaryStatistic, type Verdict } from "./verdict.ts";
import { explainVerdict } from "./verdictText.ts";

export interface ReportFacts {
  set: TestSet;
  suspect: { name: string; weightsHash: string | null; tokenizerHash: string | null };
  device: { kind: SuspectDevice; name: string };
  /** Where a host was asked, and the hash of the transcript. */
  host?: NonNullable<ReportBody["host"]>;
  /** What else has to be said beside the verdict, in sentences. */
  notes?: readonly string[];
  diagnosis: TokenizerDiagnosis;
  /** What the processor said to a negative GPU verdict; null when it was not asked. */
  confirmation: Agreement | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** What the registry said of a bound bank; R follows from it. */
  chain?: ChainCheck | null;
  primary?: PrimaryStatistic;
  /** Pairs to open in the report, so that anyone can check them against the root; they are burnt. */
  reveals?: readonly RevealedPair[];
}

export interface ReportInput extends ReportFacts {
  observations: readonly Observation[];
}

/** The report on a local suspect. @throws RangeError as evidenceOf. */
export function createReport(input: ReportInput): { report: Report; verdict: Verdict } {
  return reportOn(evidenceOf(input.set, input.observations), input);
}

/**
 * An audit report: evidence, verdict and what the verdict rests on, with its hash. Without reveals
 * it holds no key, no token and no secret, so that it can be shown without burning a pair.
 */
export function reportOn(
  evidence: readonly KeyEvidence[],
  input: ReportFacts,
): { report: Report; verdict: Verdict } {
  const { set } = input;
  const first = judgeEvidence(evidence, {
    width: set.manifest.width,
    ...judgingOf(set.beacon, input.chain ?? null),
    ...(input.primary ? { primary: input.primary } : {}),
  });
  const verdict = confirmVerdict(first, input.device, input.confirmation);
  const body: ReportBody = {
    format: "signet-report",
    version: 1,
    createdAt: input.createdAt,
    bank: {
      manifest: set.manifest,
      manifestHash: manifestHash(set.manifest),
      root: set.root,
      beacon: set.beacon,
    },
    suspect: input.suspect,
    device: { kind: input.device.kind, name: input.device.name },
    ...(input.host ? { host: input.host } : {}),
    diagnosis: input.diagnosis,
    confirmation: input.confirmation,
    ...(input.chain ? { chain: input.chain } : {}),
    owners: verdict.owners,
    primary: verdict.primary,
    evidence: evidence.map((key) => ({
      index: key.index,
      mode: key.mode,
      responseIndex: key.responseIndex,
      baseLogProbs: [...key.baseLogProbs],
      suspectLogProbs: key.suspectLogProbs === null ? null : [...key.suspectLogProbs],
      hit: key.hit,
    })),
    result: resultOf(verdict),
    meaning: [
      ...explainVerdict(verdict, {
        diagnosis: input.diagnosis,
        unconfirmed: needsCpuConfirmation(first, input.device) && !input.confirmation?.agrees,
        pairsInBank: set.manifest.pairs,
        chain: input.chain ?? null,
      }),
      ...(input.notes ?? []),
    ],
    reveals: [...(input.reveals ?? [])],
  };
  return { report: { ...body, hash: reportHash(body) }, verdict };
}

/** The figures that a report states and that recheckReport computes again. */
export function resultOf(verdict: Verdict): ReportBody["result"] {
  const { logit, forcedChoice, text, exact } = verdict.statistics;
  return {
    verdict: verdict.word,
    log10E: verdict.log10E,
    hits: exact.hits,
    keys: exact.keys,
    pValue: exact.pValue,
    log10PValue: exact.log10PValue,
    fsr: verdict.fsr,
    logit: logit?.log10E ?? null,
    forcedChoice: forcedChoice?.log10E ?? null,
    text: text.log10E,
    threshold: verdict.thresholds.proven,
    ceiling: verdict.ceiling,
  };
}

/** SHA-256 of the canonical JSON of the report without its hash and signature. */
export function reportHash(report: ReportBody & Partial<Pick<Report, "hash" | "signature">>): Hex {
  const { hash: _hash, signature: _signature, ...body } = report;
  return toHex(sha256(utf8ToBytes(canonicalJson(body))));
}

/** The report as canonical JSON text. */
export function writeReport(report: Report): string {
  return `${canonicalJson(report)}\n`;
}

/** Reads a report's form alone; recheckReport checks what it says. @throws FingerprintError REPORT_INVALID. */
export function readReport(json: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid("not JSON", cause);
  }
  const parsed = v.safeParse(reportSchema, value);
  if (!parsed.success) {
    const path = v.getDotPath(parsed.issues[0]) ?? "the whole";
    throw invalid(`${path}: ${parsed.issues[0].message}`);
  }
  return parsed.output;
}

function invalid(details: string, cause?: unknown): FingerprintError {
  return new FingerprintError(
    "REPORT_INVALID",
    "This is not a valid audit report.",
    "Choose a report file that Signet has written.",
    { details, cause },
  );
}
