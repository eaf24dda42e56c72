import { FingerprintError } from "../errors.ts";
import type { Report } from "../reportSchema.ts";
import { readTranscript, transcriptHash } from "./transcript.ts";

/**
 * Holds a transcript against the report that names it: the same file, host and bank, and the same keys in
 * the same order. What the answers are worth takes the challenge; that they were given is their prover's
 * word.
 * @returns what is wrong, one sentence each
 */
export function checkTranscript(report: Report, file: string): string[] {
  const { host, bank } = report;
  if (host === undefined) return ["The report is not about a host, so it has no transcript."];
  if (transcriptHash(file) !== host.transcript) {
    return ["The transcript is not the file whose hash the report names."];
  }
  let transcript;
  try {
    transcript = readTranscript(file);
  } catch (error) {
    if (!(error instanceof FingerprintError)) throw error;
    return [error.message];
  }
  const { set, calls } = transcript;
  const problems: string[] = [];
  if (transcript.host.url !== host.url || transcript.host.model !== host.model) {
    problems.push("The transcript is of another host or model than the report.");
  }
  if (
    set.root !== bank.root ||
    set.beacon !== bank.beacon.value ||
    set.manifestHash !== bank.manifestHash ||
    transcript.tokenizerHash !== report.suspect.tokenizerHash
  ) {
    problems.push("The transcript is about another bank or tokenizer than the report.");
  }
  // Repeated requests for one key follow each other and count once.
  const asked = calls.flatMap(({ index }) => (index === null ? [] : [index]));
  const order = asked.filter((index, at) => index !== asked[at - 1]);
  if (order.join() !== report.evidence.map(({ index }) => index).join()) {
    problems.push("The transcript asks other keys than the report counts, or in another order.");
  }
  return problems;
}
