import { keyOrder, type Bank } from "./bank.ts";
import { unboundBeacon } from "./beacon.ts";
import { confirmVerdict } from "./cpuConfirmation.ts";
import { FingerprintError } from "./errors.ts";
import { manifestHash } from "./manifest.ts";
import { recheckChain } from "./recheckChain.ts";
import { judgingOf, type RegistryView } from "./registryCheck.ts";
import { readReport, reportHash, resultOf } from "./report.ts";
import type { Report } from "./reportSchema.ts";
import { verifyReveal } from "./reveal.ts";
import { judgeEvidence } from "./verdict.ts";

export interface Recheck {
  valid: boolean;
  /** What is wrong, one sentence each. */
  problems: string[];
  /** What could not be looked up, or was besides, one sentence each. */
  notes: string[];
  report: Report;
}

/**
 * Computes a report's verdict again from its evidence and compares everything that can be compared,
 * offline. With the bank, also that the evidence is about the bank's own responses, in its order; with
 * a registry, also that it holds the bank and had drawn as many beacons as the report counts.
 * Without a bank, reveals or a signature, a forger who invents all the evidence is not found out.
 * @throws FingerprintError REPORT_INVALID when it is not a report at all.
 */
export function recheckReport(
  json: string,
  bank?: Bank,
  registry: RegistryView | null = null,
): Recheck {
  const report = readReport(json);
  const chain = recheckChain(report, registry);
  const problems = [
    ...checkHash(report),
    ...checkCommitment(report),
    ...checkEvidence(report),
    ...checkResult(report),
    ...chain.problems,
    ...checkReveals(report),
    ...(bank ? checkAgainstBank(report, bank) : []),
  ];
  return { valid: problems.length === 0, problems, notes: chain.notes, report };
}

/** The report itself when nothing is wrong with it. @throws FingerprintError REPORT_TAMPERED. */
export function requireIntactReport(json: string, bank?: Bank): Report {
  const { valid, problems, report } = recheckReport(json, bank);
  if (valid) return report;
  throw new FingerprintError(
    "REPORT_TAMPERED",
    "The report does not hold together: it was changed after it was written.",
    "Ask for the original report, or run the audit again.",
    { details: problems.join(" ") },
  );
}

function checkHash(report: Report): string[] {
  return reportHash(report) === report.hash ? [] : ["The report's hash does not fit its contents."];
}

function checkCommitment(report: Report): string[] {
  const { manifest, beacon, root } = report.bank;
  const problems: string[] = [];
  if (manifestHash(manifest) !== report.bank.manifestHash) {
    problems.push("The manifest's hash does not fit the manifest.");
  }
  if (beacon.kind === "unbound" && unboundBeacon(root, manifest).value !== beacon.value) {
    problems.push("The unbound beacon does not follow from the root and the manifest.");
  }
  return problems;
}

function checkEvidence(report: Report): string[] {
  const { width, pairs } = report.bank.manifest;
  const problems = new Set<string>();
  const seen = new Set<number>();
  for (const key of report.evidence) {
    if (key.index >= pairs || seen.has(key.index))
      problems.add("A key is counted twice or unknown.");
    seen.add(key.index);
    const widths = [key.baseLogProbs.length, key.suspectLogProbs?.length ?? width];
    if (widths.some((length) => length !== width) || key.responseIndex >= width) {
      problems.add("A key has another number of candidates than the manifest says.");
    } else if (key.hit && key.suspectLogProbs) {
      const own = key.suspectLogProbs[key.responseIndex];
      if (key.suspectLogProbs.some((value) => value > own)) {
        problems.add("A key counts as a hit although another candidate was more likely.");
      }
    }
  }
  return [...problems];
}

function checkResult(report: Report): string[] {
  let stated: ReturnType<typeof resultOf>;
  try {
    const verdict = judgeEvidence(report.evidence, {
      ...judgingOf(report.bank.beacon, report.chain ?? null),
      width: report.bank.manifest.width,
      owners: report.owners,
      primary: report.primary,
    });
    stated = resultOf(confirmVerdict(verdict, report.device, report.confirmation));
  } catch (error) {
    if (error instanceof RangeError) return ["The evidence does not allow any verdict."];
    throw error;
  }
  const given: Record<string, string | number | null> = report.result;
  return Object.entries(stated)
    .filter(([name, value]) => !alike(value, given[name] ?? null))
    .map(([name]) => `The evidence gives another value for "${name}" than the report states.`);
}

/** Exponentials may differ in the last digits from one machine to another. */
function alike(a: string | number | null, b: string | number | null): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}

function checkReveals(report: Report): string[] {
  const { root, beacon } = report.bank;
  const problems: string[] = [];
  for (const reveal of report.reveals) {
    const key = report.evidence.find(({ index }) => index === reveal.index);
    try {
      const { pair, responseIndex } = verifyReveal(reveal, root, beacon.value);
      if (!key || !sameKey(key, { ...pair, responseIndex })) {
        problems.push(`The evidence for key ${reveal.index} is not that of the revealed pair.`);
      }
    } catch (error) {
      if (!(error instanceof FingerprintError)) throw error;
      problems.push(`The revealed pair ${reveal.index} was not committed under the root.`);
    }
  }
  return problems;
}

function checkAgainstBank(report: Report, bank: Bank): string[] {
  if (bank.root !== report.bank.root) return ["The report is about another bank."];
  const problems: string[] = [];
  if (
    bank.beacon.value !== report.bank.beacon.value ||
    bank.beacon.kind !== report.bank.beacon.kind
  ) {
    problems.push("The report names another beacon than the bank.");
  }
  const placeOf = new Map(keyOrder(bank).map((index, place) => [index, place]));
  const places = report.evidence.map(({ index }) => placeOf.get(index) ?? -1);
  if (places.some((place, i) => i > 0 && place <= places[i - 1])) {
    problems.push("The keys are not in the order that the bank's secret fixes.");
  }
  for (const key of report.evidence) {
    const pair = bank.pairs[key.index];
    if (!pair || !sameKey(key, pair)) {
      problems.push(`The evidence for key ${key.index} is not about the bank's pair.`);
    }
  }
  return problems;
}

type Expected = Pick<Report["evidence"][number], "mode" | "responseIndex"> & {
  baseLogProbs: readonly number[];
};

function sameKey(key: Expected, pair: Expected): boolean {
  return (
    key.mode === pair.mode &&
    key.responseIndex === pair.responseIndex &&
    key.baseLogProbs.length === pair.baseLogProbs.length &&
    key.baseLogProbs.every((value, j) => value === pair.baseLogProbs[j])
  );
}
