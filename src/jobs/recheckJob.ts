import { FingerprintError } from "@/fingerprint/errors.ts";
import { checkTranscript } from "@/fingerprint/prover/checkTranscript.ts";
import { recheckReport } from "@/fingerprint/recheckReport.ts";
import type { FilesProtocol } from "@/rpc/protocols.ts";
import { openBank } from "./verifyJob.ts";

type Method = FilesProtocol["recheckReport"];

/** Computes a report's verdict again from its evidence, and against the bank where it is given. */
export async function recheckJob(
  { report, bank, passphrase, registry = null, transcript = null }: Method["params"],
  signal: AbortSignal,
): Promise<Method["result"]> {
  const opened = bank === null ? undefined : await openBank(bank, passphrase ?? "", signal);
  try {
    const checked = recheckReport(report, opened, registry);
    const spoken = transcript === null ? [] : checkTranscript(checked.report, transcript);
    const problems = [...checked.problems, ...spoken];
    const { host } = checked.report;
    const notes =
      host === undefined || transcript !== null
        ? checked.notes
        : [...checked.notes, `Its transcript has the SHA-256 ${host.transcript}.`];
    return { valid: problems.length === 0, problems, notes };
  } catch (error) {
    if (!(error instanceof FingerprintError)) throw error;
    return { valid: false, problems: [error.message], notes: [] };
  }
}
