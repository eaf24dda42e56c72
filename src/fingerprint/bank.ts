import { responseIndex, unboundBeacon, type Beacon } from "./beacon.ts";
import type { BurnEntry } from "./burnLog.ts";
import { commit, type CommittedPair } from "./commitment.ts";
import { toHex, type Hex } from "./encoding.ts";
import type { DraftPair } from "./keys/generateKeys.ts";
import type { KeySettings } from "./keys/settings.ts";
import { SCHEME, type Manifest } from "./manifest.ts";
import type { TokenizerLike } from "./model.ts";
import type { RevealedPair } from "./reveal.ts";
import { pairSalt, pairSecret, secretStream } from "./secrets.ts";

/** A pair whose response the beacon has chosen. */
export interface BankPair extends DraftPair {
  /** r_i: the response is candidates[responseIndex]. */
  responseIndex: number;
}

interface BankBase {
  /** Master secret, 32 bytes. Never leaves the vault. */
  master: Uint8Array;
  manifest: Manifest;
  /** Merkle root R. */
  root: Hex;
  /** Name of the model, for people. */
  modelName: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** Hash of the weights that were released, once there are any. */
  releasedWeightsHash: string | null;
  burns: readonly BurnEntry[];
}

/** Committed, but its beacon is not yet known: nothing can be trained with it. */
export interface CommittedBank extends BankBase {
  pairs: readonly DraftPair[];
  beacon: null;
}

/** A bank with its responses: what training and verdicts use. */
export interface Bank extends BankBase {
  pairs: readonly BankPair[];
  beacon: Beacon;
}

/** Commits to drafted pairs: fixes the manifest and the root. */
export function commitBank(input: {
  master: Uint8Array;
  drafts: readonly DraftPair[];
  tokenizer: Pick<TokenizerLike, "hash" | "templateHash">;
  settings: Pick<KeySettings, "width" | "nucleusMass" | "chat">;
  baseModelHash: string | null;
  owner: string | null;
  modelName: string;
  createdAt: string;
}): CommittedBank {
  const { master, drafts, tokenizer, settings } = input;
  const manifest: Manifest = {
    scheme: SCHEME,
    pairs: drafts.length,
    loud: drafts.filter(({ mode }) => mode === "loud").length,
    width: settings.width,
    nucleus: settings.nucleusMass,
    tokenizerHash: tokenizer.hash,
    templateHash: tokenizer.templateHash,
    chat: settings.chat,
    baseModelHash: input.baseModelHash,
    owner: input.owner,
  };
  return {
    master: Uint8Array.from(master),
    manifest,
    root: commit(master, drafts).root,
    modelName: input.modelName.slice(0, 1000),
    createdAt: input.createdAt,
    releasedWeightsHash: null,
    burns: [],
    pairs: drafts,
    beacon: null,
  };
}

/** Draws every response from the beacon. Without one, the bank is sealed in unbound mode. */
export function sealBank(bank: CommittedBank, beacon?: Beacon): Bank {
  const sealed = beacon ?? unboundBeacon(bank.root, bank.manifest);
  return {
    ...bank,
    beacon: sealed,
    pairs: bank.pairs.map((pair) => ({
      ...pair,
      responseIndex: responseIndex(
        pairSecret(bank.master, pair.index),
        sealed.value,
        bank.root,
        pair.index,
        pair.candidates.length,
      ),
    })),
  };
}

/** Indices of all pairs in the order in which verdicts count them: a permutation by the secret. */
export function keyOrder(bank: Pick<BankBase, "master" | "manifest">): number[] {
  return secretStream(bank.master, "order").permutation(bank.manifest.pairs);
}

/** Opens pairs: everything of them, and nothing of any other. */
export function revealPairs(bank: Bank, indices: readonly number[]): RevealedPair[] {
  const commitment = commit(bank.master, bank.pairs);
  return indices.map((index) => {
    const pair: CommittedPair | undefined = bank.pairs[index];
    if (!pair) throw new RangeError(`no pair ${index}`);
    return {
      index,
      mode: pair.mode,
      text: pair.text,
      prompt: [...pair.prompt],
      candidates: [...pair.candidates],
      baseLogProbs: [...pair.baseLogProbs],
      salt: toHex(pairSalt(bank.master, index)),
      secret: toHex(pairSecret(bank.master, index)),
      proof: commitment.proof(index),
    };
  });
}
