import { explainCheck, type ChainCheck } from "./registryCheck.ts";
import { thresholds, verdictWord, type VerdictWord } from "./statistics/thresholds.ts";
import type { TokenizerDiagnosis } from "./tokenizerCheck.ts";
import type { Verdict } from "./verdict.ts";

/** What else is known about a run and has to be said beside its verdict. */
export interface VerdictContext {
  diagnosis?: TokenizerDiagnosis;
  /** A negative verdict of a GPU that the processor did not confirm. */
  unconfirmed?: boolean;
  /** Pairs of the whole bank, when only some of them were asked. */
  pairsInBank?: number;
  /** What the registry said of a bound bank. */
  chain?: ChainCheck | null;
}

const STATISTIC_NAMES = {
  logit: "the shift of the candidates' log-probabilities",
  forcedChoice: "the choice among the candidates",
  text: "the text of the answers",
} as const;

/** The verdict in plain sentences: first what it means, then what it does not mean. */
export function explainVerdict(verdict: Verdict, context: VerdictContext = {}): string[] {
  const sentences = [meaning(verdict), ...figures(verdict), ...limits(verdict)];
  if (context.chain) sentences.push(...explainCheck(context.chain));
  if (!verdict.bound) {
    sentences.push(
      `${context.chain?.state === "refuted" ? "So it is judged as if it were" : "The bank is"} in unbound mode: its owner could have tried many secrets, so the evidence has to ` +
        "be 2^40 times as strong for the same word.",
    );
    const bound = thresholds(verdict.owners, true);
    const wordIfBound = verdictWord(verdict.log10E, bound);
    if (wordIfBound !== verdict.word && verdict.log10E >= bound.strong) {
      sentences.push(`In bound mode the same evidence would be called "${wordIfBound}".`);
    }
  }
  const { keys } = verdict.statistics.exact;
  if (context.pairsInBank !== undefined && context.pairsInBank > keys) {
    sentences.push(
      `Only ${keys} of the bank's ${context.pairsInBank} pairs were asked. The figures hold when ` +
        "they were chosen before anything was known of the suspect's answers.",
    );
  }
  if (context.unconfirmed) {
    sentences.push(
      "The GPU found too little evidence and the processor did not confirm it, so nothing follows " +
        "from this run.",
    );
  }
  if (context.diagnosis?.tokenizer === "equivalent") {
    sentences.push("The suspect's tokenizer file differs, but it reads every key alike.");
  }
  if (context.diagnosis?.tokenizer === "unknown") {
    sentences.push("The suspect came without a tokenizer; the bank's token numbers were used.");
  }
  if (context.diagnosis?.template === "different") {
    sentences.push("The suspect's chat template differs; the bank's own prompts were used.");
  }
  return sentences;
}

function meaning(verdict: Verdict): string {
  const rarity =
    "A model made without this bank's secret would show this much evidence with a probability of " +
    `at most 1 in ${orders(falseClaimOrders(verdict))}`;
  const meanings: Record<VerdictWord, string> = {
    Proven: `${rarity}: the suspect carries these fingerprints.`,
    Strong: `${rarity}. That is strong, but short of what "Proven" asks for.`,
    Inconclusive:
      "There is some evidence for the fingerprints, or the run could not settle it; it proves " +
      "nothing either way.",
    "No evidence": "The suspect answers like a model made without this bank's secret.",
  };
  return meanings[verdict.word];
}

function figures(verdict: Verdict): string[] {
  const { exact } = verdict.statistics;
  const lines = [
    `Evidence from ${STATISTIC_NAMES[verdict.primary]}: log10 E = ${verdict.log10E.toFixed(1)} of at most ${verdict.ceiling.toFixed(1)}; "Proven" starts at ${verdict.thresholds.proven.toFixed(1)}.`,
    `Of ${exact.keys} keys, ${exact.hits} were answered with the secret response (p = ${exact.pValue.toPrecision(2)} by chance).`,
  ];
  if (verdict.ceiling < verdict.thresholds.proven) {
    lines.push('These keys are too few for "Proven", whatever the suspect does.');
  }
  return lines;
}

function limits(verdict: Verdict): string[] {
  if (verdict.word === "Proven" || verdict.word === "Strong") {
    return [
      "It does not say who took the model, when, or whether that was allowed, and nothing about what else is in it.",
    ];
  }
  return [
    "It does not show that the suspect is unrelated: fingerprints can be weakened by heavy fine-tuning, merging or distillation.",
  ];
}

/** Decimal orders of the false-claim probability: evidence less what R owners and grinding cost. */
export function falseClaimOrders(verdict: Pick<Verdict, "log10E" | "thresholds">): number {
  return Math.max(0, verdict.log10E - (verdict.thresholds.proven - 4));
}

function orders(value: number): string {
  const whole = Math.floor(value);
  return whole <= 6 ? Math.floor(10 ** value).toLocaleString("en") : `10^${whole}`;
}
