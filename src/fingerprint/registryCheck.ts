import * as v from "valibot";
import type { Beacon } from "./beacon.ts";
import type { Hex } from "./encoding.ts";
import { manifestHash, type Manifest } from "./manifest.ts";

/** A commitment as a registry has it. */
export interface RegistryEpoch {
  /** Id of the model, decimal. */
  model: string;
  epoch: number;
  root: Hex;
  manifestHash: Hex;
  /** Block of the commitment, or of the last draw. */
  commitBlock: number;
  /** Null until sealed. */
  beacon: Hex | null;
}

/** All commitments of a registry, so that whoever is asked for them does not learn which one matters. */
export interface RegistryView {
  chainId: number;
  /** Address of the registry. */
  registry: string;
  /** Latest block that was read. */
  block: number;
  epochs: readonly RegistryEpoch[];
  /** Block of every draw of a beacon, ascending. */
  draws: readonly number[];
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const asked = {
  chainId: whole,
  registry: v.pipe(v.string(), v.maxLength(100)),
  /** Block as of which the registry was asked. */
  block: whole,
  /** Beacons that it had drawn by then for everybody: R of the verdict. */
  draws: whole,
};

/** What a registry said of a bank that claims to be bound to it. */
export const chainCheckSchema = v.variant("state", [
  v.strictObject({
    state: v.literal("confirmed"),
    ...asked,
    model: v.pipe(v.string(), v.maxLength(30)),
    epoch: whole,
    commitBlock: whole,
  }),
  v.strictObject({
    state: v.literal("refuted"),
    ...asked,
    problem: v.picklist(["notCommitted", "notSealed", "otherBeacon"]),
  }),
  v.strictObject({
    state: v.literal("unknown"),
    problem: v.picklist(["noChain", "otherChain"]),
  }),
]);

export type ChainCheck = v.InferOutput<typeof chainCheckSchema>;

/** What of a bank a registry can confirm. */
export interface ClaimedBank {
  manifest: Manifest;
  root: Hex;
  beacon: Beacon;
}

/**
 * Looks a bank's root and beacon up.
 *
 * @param view null when no registry could be read
 * @returns null for an unbound bank, which claims nothing of a chain
 */
export function checkRegistry(bank: ClaimedBank, view: RegistryView | null): ChainCheck | null {
  const { beacon, root, manifest } = bank;
  if (beacon.kind === "unbound") return null;
  if (view === null) return { state: "unknown", problem: "noChain" };
  const { chainId, registry, block } = view;
  const { source } = beacon;
  if (source !== undefined && !(source.chainId === chainId && same(source.registry, registry))) {
    return { state: "unknown", problem: "otherChain" };
  }
  const where = { chainId, registry, block, draws: view.draws.length };
  const hash = manifestHash(manifest);
  const found = view.epochs.filter((each) => each.root === root && each.manifestHash === hash);
  if (found.length === 0) return { state: "refuted", ...where, problem: "notCommitted" };
  const sealed = found.find((each) => each.beacon === beacon.value);
  if (sealed !== undefined) {
    const { model, epoch, commitBlock } = sealed;
    return { state: "confirmed", ...where, model, epoch, commitBlock };
  }
  const drawn = found.some((each) => each.beacon !== null);
  return { state: "refuted", ...where, problem: drawn ? "otherBeacon" : "notSealed" };
}

/**
 * How the evidence for a bank is to be judged (scheme §5): R is the number of beacons that owners
 * could choose from, 1 where it is not known; a bank that its registry does not know is unbound.
 */
export function judgingOf(
  beacon: Beacon,
  check: ChainCheck | null,
): { bound: boolean; owners: number } {
  return {
    bound: beacon.kind === "bound" && check?.state !== "refuted",
    owners: check === null || check.state === "unknown" ? 1 : Math.max(1, check.draws),
  };
}

/** Draws that a registry had made up to a block. */
export function drawsUpTo({ draws }: RegistryView, block: number): number {
  return draws.filter((each) => each <= block).length;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

const REFUTED = {
  notCommitted: "it has no such commitment",
  notSealed: "it has the commitment, but no beacon was sealed for it",
  otherBeacon: "it sealed another beacon for the commitment",
} as const;

/** What was found, in sentences. */
export function explainCheck(check: ChainCheck): string[] {
  if (check.state === "unknown") {
    return [
      check.problem === "noChain"
        ? "The bank says that its beacon comes from a chain, but no chain could be asked, so that this is its own claim."
        : "The bank names another registry than the one that could be asked, so that where its beacon comes from is its own claim.",
      "How many beacons owners could choose from (R) is not known either: R = 1 was assumed. With R beacons, every word needs R times the evidence.",
    ];
  }
  const { chainId, registry, block, draws } = check;
  const drawn = `${draws} ${draws === 1 ? "beacon" : "beacons"}`;
  if (check.state === "confirmed") {
    const { model, epoch, commitBlock } = check;
    return [
      `The registry ${registry} on chain ${chainId} has this bank as epoch ${epoch} of model ${model}, committed in block ${commitBlock}, and sealed its beacon afterwards.`,
      `As of block ${block} it had drawn ${drawn} for all its owners, so R = ${draws}: a word needs R times the evidence that one bank alone would need.`,
    ];
  }
  return [
    `The bank says that its beacon comes from a chain, but as of block ${block} the registry ${registry} on chain ${chainId} does not confirm it: ${REFUTED[check.problem]}.`,
  ];
}
