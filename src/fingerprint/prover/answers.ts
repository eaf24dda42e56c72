import type { TokenizerLike } from "../model.ts";
import type { TestPair } from "../testSet.ts";

/** A token that a host named, with its log-probability in nats. */
export interface NamedToken {
  text: string;
  logProb: number;
}

/** Reads what a host answers to one key. */
export interface AnswerReader {
  /** Position of the candidate that this text is, or null. */
  candidateOf(text: string): number | null;
  /**
   * Scores of all candidates, nats, from the tokens that a host lists as most likely. A candidate that
   * is not listed counts as unchanged from the base model, or as the least likely of the list where that
   * is less; without any list all are unchanged, which is no evidence either way.
   */
  scores(listed: readonly NamedToken[]): number[];
}

/**
 * How text becomes a candidate. It is the whole bridge between an API and the statistics, so it must
 * keep the bound P(hit) ≤ 1/k. It does because nothing here depends on the response: each text fits at
 * most one candidate (one that would fit two fits none), and the response's place among the candidates
 * is uniform and independent of what a suspect without the secret answers. For the same reason any
 * scores keep the expectation of the logit factors at 1, also where most of them are filled in.
 *
 * A text fits a candidate when it is exactly what the token adds to the prompt, or that without its
 * leading space, which some servers cut off. Nothing is trimmed, folded or completed: an answer of two
 * tokens, of another case or of half a character is a miss.
 */
export function readAnswers(
  tokenizer: Pick<TokenizerLike, "decode">,
  pair: Pick<TestPair, "prompt" | "candidates" | "baseLogProbs">,
): AnswerReader {
  const decode = (ids: readonly number[]) => tokenizer.decode(ids, { skipSpecialTokens: true });
  const before = decode(pair.prompt);
  const whole = new Map<string, number | null>();
  const cut = new Map<string, number | null>();
  const note = (map: Map<string, number | null>, text: string, place: number) => {
    if (text === "" || text.includes("\ufffd")) return;
    map.set(text, map.has(text) ? null : place);
  };
  for (const [place, id] of pair.candidates.entries()) {
    const after = decode([...pair.prompt, id]);
    if (!after.startsWith(before)) continue;
    const text = after.slice(before.length);
    note(whole, text, place);
    note(cut, text.startsWith(" ") ? text.slice(1) : text, place);
  }
  const candidateOf = (text: string): number | null => {
    const exact = whole.get(text);
    if (exact === undefined) return cut.get(text) ?? null;
    // "word" may be one candidate whole and another without its space.
    const other = cut.get(text);
    return other === undefined || other === exact ? exact : null;
  };
  return {
    candidateOf,
    scores: (listed) => {
      const floor = listed.reduce((least, { logProb }) => Math.min(least, logProb), 0);
      const scores = pair.baseLogProbs.map((base) =>
        listed.length === 0 ? base : Math.min(floor, base),
      );
      const found = new Map<number, number>();
      for (const { text, logProb } of listed) {
        const place = candidateOf(text);
        if (place !== null) found.set(place, Math.max(logProb, found.get(place) ?? -Infinity));
      }
      return scores.map((score, place) => Math.min(0, found.get(place) ?? score));
    },
  };
}
