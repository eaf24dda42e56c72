import { FingerprintError } from "@/fingerprint/errors.ts";
import { recheckReport } from "@/fingerprint/recheckReport.ts";
import type { FilesProtocol } from "@/rpc/protocols.ts";
import { openBank } from "./verifyJob.ts";

type Method = FilesProtocol["recheckReport"];

/** Computes a report's verdict again from its evidence, and against the bank where it is given. */
export async function recheckJob(
  { report, bank, passphrase, registry = null }: Method["params"],
  signal: AbortSignal,
): Promise<Method["result"]> {
  const opened = bank === null ? undefined : await openBank(bank, passphrase ?? "", signal);
  try {
    const { valid, problems, notes } = recheckReport(report, opened, registry);
    return { valid, problems, notes };
  } catch (error) {
    if (!(error instanceof FingerprintError)) throw error;
    return { valid: false, problems: [error.message], notes: [] };
  }
}
