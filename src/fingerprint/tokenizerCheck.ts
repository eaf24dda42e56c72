import { FingerprintError } from "./errors.ts";
import { makeStability } from "./keys/candidates.ts";
import { makePrompt, tidy } from "./keys/keyText.ts";
import type { TokenizerLike } from "./model.ts";
import type { TestPair, TestSet } from "./testSet.ts";

/** How a suspect's tokenizer stands to the bank's. */
export interface TokenizerDiagnosis {
  /** `equivalent`: another file that reads every key alike. `unknown`: the suspect has none. */
  tokenizer: "same" | "equivalent" | "unknown";
  /** Of the chat template; `unused` when keys are plain text. */
  template: "same" | "different" | "unused" | "unknown";
}

/**
 * Compares tokenizer and template before any verdict: a mismatch is a diagnosis, not a miss.
 * A different chat template does not stop a local check, because the bank's own prompt tokens are
 * sent; it is reported. Through an API it does: pass `sendsText`.
 * @throws FingerprintError TOKENIZER_MISMATCH, TEMPLATE_MISMATCH.
 */
export function diagnoseTokenizer(
  set: TestSet,
  suspect: TokenizerLike | null,
  sendsText = false,
): TokenizerDiagnosis {
  const { manifest, pairs } = set;
  if (suspect === null) {
    return { tokenizer: "unknown", template: manifest.chat ? "unknown" : "unused" };
  }
  const same = suspect.hash === manifest.tokenizerHash;
  const misread = same
    ? 0
    : pairs.filter((pair) => !readsAlike(pair, suspect, manifest.chat)).length;
  if (misread > 0) {
    throw new FingerprintError(
      "TOKENIZER_MISMATCH",
      "The suspect's tokenizer is not the one the bank was made with.",
      "Choose the bank of this model. If the weights were repacked, add the original tokenizer.",
      { details: `${misread} of ${pairs.length} keys are read differently` },
    );
  }
  const template = compareTemplates(set, suspect);
  if (sendsText && template === "different") {
    throw new FingerprintError(
      "TEMPLATE_MISMATCH",
      "The suspect wraps messages in another chat template than the bank's.",
      "Ask the suspect through an interface that takes the whole prompt.",
    );
  }
  return { tokenizer: same ? "same" : "equivalent", template };
}

function compareTemplates(set: TestSet, suspect: TokenizerLike): TokenizerDiagnosis["template"] {
  const { manifest, pairs } = set;
  if (!manifest.chat) return "unused";
  if (suspect.templateHash === manifest.templateHash) return "same";
  if (!suspect.hasChatTemplate) return "different";
  const alike = pairs.every((pair) => sameIds(makePrompt(suspect, pair.text, true), pair.prompt));
  return alike ? "same" : "different";
}

/** Candidates count too: their ids must mean text that the suspect's tokenizer gives the same ids. */
function readsAlike(pair: TestPair, suspect: TokenizerLike, chat: boolean): boolean {
  if ([...pair.prompt, ...pair.candidates].some((id) => id >= suspect.vocabSize)) return false;
  if (!chat && !sameIds(makePrompt(suspect, pair.text, false), pair.prompt)) return false;
  const back = tidy(suspect.decode(pair.prompt, { skipSpecialTokens: true }));
  return (
    back.includes(pair.text) && pair.candidates.every(makeStability(suspect, pair.prompt, chat))
  );
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}
