import type { Observation } from "./observe.ts";
import type { Verdict } from "./verdict.ts";

/** What computed a suspect's answers: a device of this machine, or a host elsewhere. */
export type SuspectDevice = "webgpu" | "cpu" | "host";

/** Keys that are asked again on the processor before a negative verdict is given. */
export const CONFIRMATION_KEYS = 4;

/**
 * True when a verdict has to be confirmed on the processor: a GPU found too little, and a faulty
 * driver would look just so. Positive verdicts need none: a fault does not find secrets.
 */
export function needsCpuConfirmation(
  verdict: Pick<Verdict, "word">,
  device: { kind: SuspectDevice },
): boolean {
  return device.kind === "webgpu" && verdict.word !== "Proven" && verdict.word !== "Strong";
}

/** How far two devices are apart on the same keys. */
export interface Agreement {
  agrees: boolean;
  keys: number;
  /** Largest difference of a candidate's log-probability, nats. */
  worst: number;
}

/**
 * Compares the two devices on the keys that both have seen. Candidates are improbable tokens, whose
 * log-probabilities differ by rounding alone when both are sound.
 * @param toleranceNats largest difference that rounding explains
 */
export function compareDevices(
  gpu: readonly Observation[],
  cpu: readonly Observation[],
  toleranceNats = 0.05,
): Agreement {
  const byIndex = new Map(gpu.map((observation) => [observation.index, observation]));
  let worst = 0;
  let keys = 0;
  for (const own of cpu) {
    const other = byIndex.get(own.index);
    if (!other) continue;
    keys++;
    for (const [j, value] of own.candidateLogProbs.entries()) {
      worst = Math.max(worst, Math.abs(value - other.candidateLogProbs[j]));
    }
  }
  return { agrees: keys > 0 && worst <= toleranceNats, keys, worst };
}

/**
 * The verdict after confirmation. Without an agreement (none was tried, or the devices differ), a
 * negative GPU verdict becomes Inconclusive.
 */
export function confirmVerdict(
  verdict: Verdict,
  device: { kind: SuspectDevice },
  agreement: Agreement | null,
): Verdict {
  if (!needsCpuConfirmation(verdict, device) || agreement?.agrees) return verdict;
  return { ...verdict, word: "Inconclusive" };
}
