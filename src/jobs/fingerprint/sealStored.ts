import { sealBank, type Bank, type CommittedBank } from "@/fingerprint/bank.ts";
import { boundBeacon } from "@/fingerprint/beacon.ts";
import { isHex } from "@/fingerprint/encoding.ts";
import type { ChainBeacon } from "@/rpc/registration.ts";
import { JobError } from "../errors.ts";

/**
 * The bank with its responses: draws them when it has none yet, and never draws them twice.
 *
 * @param given the beacon that the chain sealed; may be null for a bank that has its own
 * @returns `drawn` when the bank has to be written again
 * @throws JobError BEACON_NEEDED, BEACON_DIFFERS, BEACON_INVALID
 */
export function sealStored(
  bank: Bank | CommittedBank,
  given: ChainBeacon | null,
): { bank: Bank; drawn: boolean } {
  const beacon = given === null ? null : readBeacon(given);
  if (bank.beacon === null) {
    if (beacon === null) {
      throw new JobError(
        "BEACON_NEEDED",
        "This run is waiting for its beacon.",
        "Open its registration and go on from there once the beacon is sealed.",
      );
    }
    return { bank: sealBank(bank, beacon), drawn: true };
  }
  if (beacon !== null && beacon.value !== bank.beacon.value) {
    throw new JobError(
      "BEACON_DIFFERS",
      "The responses of this run were drawn from another beacon than the chain has now.",
      "Start a new run: a model trained with the old responses would prove nothing on this chain.",
    );
  }
  return { bank, drawn: false };
}

function readBeacon({ value, ...source }: ChainBeacon): ReturnType<typeof boundBeacon> {
  if (!isHex(value, 32) || /^0x0*$/.test(value)) {
    throw new JobError(
      "BEACON_INVALID",
      "The beacon is not the hash of a block.",
      "Wait until the registry has sealed it.",
    );
  }
  return boundBeacon(value, source);
}
