import type { VerdictWord } from "@/rpc/protocols.ts";
import type { Tone } from "@/ui/Badge.tsx";

export const copy = {
  title: "Audit a suspect",
  lead: "Ask a model the secret keys of a bank and weigh its answers. The verdict comes with its false-claim probability and can be recomputed by anyone.",
  suspect: {
    title: "Suspect model",
    hint: "The model folder that you suspect of being a copy.",
  },
  bank: {
    title: "Bank or challenge",
    hint: "bank.signet, as it was saved with the fingerprinted model, or a challenge.age that its owner made for you.",
  },
  challenge: { title: "Challenge" },
  where: {
    files: "Files that you have. Every pair shows, and nobody learns of the audit.",
    host: "A service that you suspect. It is asked over HTTP, with a challenge package only, so that the owner's burn log knows of it.",
  },
  tokenizer: {
    title: "Tokenizer of the model",
    hint: "tokenizer.json and tokenizer_config.json as they were published. They tell which text is which token.",
  },
  transcript:
    "Every request and answer. It holds the keys, so whoever reads it knows them: show it where it is asked for. The report names its hash.",
  file: "Each hit can be shown on the chain, which spends that pair for everybody. A filing holds what the chain checks; you commit and reveal it as a prover.",
  base: {
    title: "Base model, if you have it",
    hint: "The model before fingerprinting. It lets the audit count log-probability shifts, also of quiet pairs.",
  },
  inputs: "Files are read on this device. The bank is decrypted in memory only.",
  keys: "Each key's answer was fixed only after the keys were committed, so an independent model hits it by chance: once in as many keys as there are candidates.",
  curve:
    "Evidence after each key. An independent model stays near zero, however many keys are asked.",
  recheck:
    "Drop a report that someone gave you. Its figures are computed again; with the bank and its passphrase, its keys are checked too.",
} as const;

export const VERDICT_TONES: Record<VerdictWord, Tone> = {
  Proven: "good",
  Strong: "accent",
  Inconclusive: "warn",
  "No evidence": "neutral",
};

export const STATISTICS: readonly {
  key: "logit" | "text" | "forcedChoice";
  label: string;
  note: string;
}[] = [
  {
    key: "logit",
    label: "Log-probability shift",
    note: "Compares each candidate with the base model. The strongest; needs files, or a host that lists probabilities.",
  },
  {
    key: "forcedChoice",
    label: "Forced choice",
    note: "Is the answer the likeliest of its own candidates? Needs no base model.",
  },
  { key: "text", label: "Text alone", note: "Counts answers said out loud, as an API shows them." },
];
