import { readChallenge } from "@/fingerprint/challenge.ts";
import { isHex } from "@/fingerprint/encoding.ts";
import type { RevealedPair } from "@/fingerprint/reveal.ts";
import { filingOf, newSalt, type Filing, type FilingInput } from "../proving/filing.ts";
import { FilingError } from "../proving/filingError.ts";

/** What an audit of a host found out, for the chain. */
export interface HostFindings {
  /** The opened challenge's text. */
  challenge: string;
  /** Where the registry has the bank. */
  model: string;
  epoch: number;
  chainId: number;
  network: FilingInput["network"];
  hostUrl: string;
  /** SHA-256 of the transcript file. */
  transcriptHash: string;
  /** The pairs to spend, with the host's receipts. */
  keys: readonly { index: number; receipt: string | null }[];
}

export interface MadeFiling {
  index: number;
  filing: Filing;
  /** True when the host sent a receipt that does not hold for this key, so that it is left out. */
  receiptLeftOut: boolean;
}

/**
 * Makes the filings of chosen pairs, each with its own salt. A receipt that does not belong to its key is
 * left out, which makes class B of it.
 * @throws FilingError, FingerprintError as filingOf and readChallenge; RangeError for a pair not asked.
 */
export function filingsOf(findings: HostFindings, createdAt: string): MadeFiling[] {
  const { challenge } = readChallenge(findings.challenge);
  const { transcriptHash } = findings;
  if (!isHex(transcriptHash, 32)) throw new RangeError("the transcript's hash has 32 bytes");
  return findings.keys.map(({ index, receipt }) => {
    const pair: RevealedPair | undefined = challenge.pairs.find((one) => one.index === index);
    if (pair === undefined) throw new RangeError(`no pair ${index} in the challenge`);
    const input: FilingInput = {
      chainId: findings.chainId,
      network: findings.network,
      model: BigInt(findings.model),
      epoch: findings.epoch,
      root: challenge.root,
      hostUrl: findings.hostUrl,
      pair,
      evidenceHash: transcriptHash,
      salt: newSalt(),
      createdAt,
    };
    if (receipt === null) return { index, filing: filingOf(input), receiptLeftOut: false };
    try {
      return { index, filing: filingOf({ ...input, receipt }), receiptLeftOut: false };
    } catch (error) {
      if (!(error instanceof FilingError)) throw error;
      return { index, filing: filingOf(input), receiptLeftOut: true };
    }
  });
}
