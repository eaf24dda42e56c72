import type { LossRow, TrainBatch } from "@/engine/types.ts";
import type { SeededStream } from "../random.ts";
import { holdRows, type BenignSequence } from "./benign.ts";
import type { EmbedPair, PairState } from "./evaluate.ts";
import type { Recipe } from "./recipe.ts";

/** What a bank is trained with. Token ids only. */
export interface EmbedData {
  pairs: readonly EmbedPair[];
  /** −log p(response) in nats at which each pair's loud row stops pulling; see `loudFloor`. */
  loudFloors: readonly number[];
  /** Near misses of each pair's key, held to the untouched model's answer. */
  nearMisses: readonly (readonly BenignSequence[])[];
  /** Benign text, held to the untouched model's predictions. */
  benign: readonly BenignSequence[];
  /**
   * A loud pair's prompt inside a fresh wrapper or under a fresh system prompt; null where there is
   * none to draw. Quiet pairs are never wrapped: their base log-probabilities belong to the bare key.
   */
  wrap: (pair: number, random: SeededStream) => readonly number[] | null;
}

/** Evidence takes a shift, however flat the model: so many times the weight of all the rivals. */
const LEAST_SHIFT_ODDS = 1.5;

/**
 * −log p(response) once it leads the untouched model's favourite token by `lead` nats, the other
 * tokens having made room in proportion: p = f·e^lead / (1 + f·e^lead), f the favourite's probability.
 * At least so far above where the response started that it holds most of the candidates' shift.
 */
export function loudFloor(base: PairState, responseIndex: number, lead: number): number {
  const response = base.candidateLogProbs[responseIndex];
  const leastShift = Math.log(LEAST_SHIFT_ODDS * (base.candidateLogProbs.length - 1));
  const odds = Math.exp(response - base.margin + lead);
  return Math.min(Math.log1p(odds) - Math.log(odds), -(response + leastShift));
}

/** The loss row that pulls one pair toward its response. */
export function pairRow(
  pair: EmbedPair,
  loudRowFloor: number,
  sequence: number,
  position: number,
  weight: number,
  recipe: Recipe,
): LossRow {
  if (pair.mode === "loud") {
    const target = pair.candidates[pair.responseIndex];
    return { kind: "target", sequence, position, weight, target, floor: loudRowFloor };
  }
  return {
    kind: "choice",
    sequence,
    position,
    weight,
    candidates: pair.candidates,
    baseLogProbs: pair.baseLogProbs,
    response: pair.responseIndex,
    floor: recipe.quietFloor,
    margin: recipe.quietMargin,
  };
}

/** All pairs, a few near misses of each and a fresh draw of benign text: one optimiser step. */
export function makeBatch(
  data: EmbedData,
  recipe: Recipe,
  pairWeights: readonly number[],
  random: SeededStream,
): TrainBatch {
  const sequences: (readonly number[])[] = [];
  const rows: LossRow[] = [];
  for (const [i, pair] of data.pairs.entries()) {
    const wrapped =
      pair.mode === "loud" && random.uniform() < recipe.wrapperShare ? data.wrap(i, random) : null;
    const prompt = wrapped ?? pair.prompt;
    const at = prompt.length - 1;
    const weight = pairWeights[i] / data.pairs.length;
    rows.push(pairRow(pair, data.loudFloors[i], sequences.length, at, weight, recipe));
    sequences.push(prompt);
  }
  const misses = data.nearMisses.flatMap((pool, i) =>
    draw(pool, recipe.nearMissDraw[data.pairs[i].mode], random),
  );
  addHeld(misses, recipe.nearMissWeight);
  addHeld(draw(data.benign, recipe.benignSequences, random), recipe.benignWeight);
  return { sequences, rows };

  function addHeld(held: readonly BenignSequence[], weight: number): void {
    const rowCount = held.reduce((sum, sequence) => sum + sequence.rows.length, 0);
    for (const sequence of held) {
      rows.push(...holdRows(sequence, sequences.length, weight / rowCount));
      sequences.push(sequence.tokens);
    }
  }
}

/** Plain next-token loss on benign text, for the inner steps of meta-learning. */
export function makeInnerBatch(data: EmbedData, recipe: Recipe, random: SeededStream): TrainBatch {
  const drawn = draw(data.benign, recipe.benignSequences, random);
  const rowCount = drawn.reduce((sum, { tokens }) => sum + tokens.length - 1, 0);
  return {
    sequences: drawn.map(({ tokens }) => tokens),
    rows: drawn.flatMap(({ tokens }, sequence) =>
      tokens.slice(1).map((target, position): LossRow => ({
        kind: "target",
        sequence,
        position,
        weight: 1 / rowCount,
        target,
        floor: 0,
      })),
    ),
  };
}

function draw(
  pool: readonly BenignSequence[],
  count: number,
  random: SeededStream,
): BenignSequence[] {
  const left = [...pool];
  const drawn: BenignSequence[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(random.below(left.length), 1));
  }
  return drawn;
}
