/**
 * What the page and the challenge worker say to each other. Banks and a prover's identity are opened in
 * the worker and stay there; the page gets what may be shown.
 */
import type { ChainCheck, RegistryView } from "@/fingerprint/registryCheck.ts";
import type { FileEntry, VerifyEvent, VerifySummary } from "./protocols.ts";

/** A pair of an open bank, without its key and its secrets. */
export interface PairState {
  index: number;
  mode: "loud" | "quiet";
  /** Who saw it first, by the burn log; null while nobody did. */
  burnt: { shownTo: string; at: string; purpose: string } | null;
}

/** A bank as its owner's screen shows it. */
export interface BankSheet {
  /** True when this browser remembers challenges that the file's burn log lacks; they are counted. */
  isOlder: boolean;
  modelName: string;
  root: string;
  manifestHash: string;
  owner: string | null;
  width: number;
  bound: boolean;
  /** What the registry at hand says of the bank; null for an unbound one. */
  check: ChainCheck | null;
  pairs: readonly PairState[];
  /** Challenges of the burn log, which can be packed again; `entry` is their place in it. */
  challenges: readonly { entry: number; shownTo: string; at: string; pairs: number }[];
}

/** A bank to open: a file, or the one of a finished run in this browser. */
export type BankSource = { file: Blob } | { runId: string };

/** A challenge package that was opened and verified. */
export interface ChallengeSheet {
  prover: string;
  createdAt: string;
  root: string;
  manifestHash: string;
  owner: string | null;
  /** Pairs of the whole bank. */
  pairsInBank: number;
  width: number;
  bound: boolean;
  /** What the registry at hand says of the bank; null for an unbound one. */
  check: ChainCheck | null;
  /** In the order in which they are asked. */
  pairs: readonly { index: number; mode: "loud" | "quiet" }[];
  chat: boolean;
  /** The challenge itself. It holds its pairs' secrets: never show, log or store it. */
  text: string;
}

export interface HostTarget {
  /** As the page's server lists it. */
  name: string;
  /** The host's own base URL, as reports and the chain name it. */
  url: string;
  /** Where calls go: the pass to the host on the page's own origin. */
  base: string;
  /** Null leaves it to the host, or takes its only one. */
  model: string | null;
  apiKey: string | null;
}

export interface HostAudit {
  summary: VerifySummary;
  /** The evidence file, and its SHA-256 as 0x hex. */
  transcript: string;
  transcriptHash: string;
  /** Keys in the order asked. */
  keys: readonly { index: number; hit: boolean; receipt: string | null }[];
}

export interface ChallengeProtocol {
  /** The stored prover's recipient, or null without one. */
  identity: {
    params: Record<string, never>;
    event: never;
    result: { recipient: string } | null;
  };
  /** Makes and stores an identity; rejects with IDENTITY_EXISTS when there is one. */
  createIdentity: {
    params: Record<string, never>;
    event: never;
    result: { recipient: string };
  };
  exportIdentity: { params: { passphrase: string }; event: never; result: { text: string } };
  /** Stores an exported identity in place of none. */
  importIdentity: {
    params: { text: string; passphrase: string };
    event: never;
    result: { recipient: string };
  };
  forgetIdentity: { params: Record<string, never>; event: never; result: null };
  /** Opens a bank and keeps it open in the worker until another is opened or `closeBank`. */
  openBank: {
    params: { source: BankSource; passphrase: string; registry: RegistryView | null };
    event: never;
    result: BankSheet;
  };
  closeBank: { params: Record<string, never>; event: never; result: null };
  /**
   * Notes pairs as shown to a prover and gives the rewritten bank. The bank of a run is saved by the
   * worker itself (`saved`); a file has to be saved by the page.
   */
  burnPairs: {
    params: {
      count: number;
      /** Pairs that a chain has seen. */
      alsoBurnt: readonly number[];
      prover: string;
      recipient: string;
    };
    event: never;
    result: { bank: Blob; saved: boolean; entry: number; sheet: BankSheet };
  };
  /**
   * Makes the package of an entry of the burn log, out of a bank that was saved with it: `saved` is the
   * file that lies on the disc now; null for the bank of a run, which the worker reads again itself.
   */
  packChallenge: {
    params: { entry: number; recipient: string; saved: Blob | null };
    event: never;
    result: { text: string; pairs: number };
  };
  /** Opens a package with the stored identity. */
  openChallenge: {
    params: { file: Blob; registry: RegistryView | null };
    event: never;
    result: ChallengeSheet;
  };
  /** Asks a host the pairs of an opened challenge. */
  askHost: {
    params: {
      challenge: string;
      host: HostTarget;
      tokenizerFiles: readonly FileEntry[];
      registry: RegistryView | null;
    };
    event: VerifyEvent | { type: "transcript"; transcript: string };
    result: HostAudit;
  };
}
