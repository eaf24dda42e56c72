import { FingerprintError } from "../errors.ts";
import { REJECTION_TEXT, type RejectionReason } from "./keyText.ts";
import type { KeySettings } from "./settings.ts";
import { normaliseAnswer, type TokenTable } from "./tokenTable.ts";

/** What a search for keys has met so far; own keys are not counted. */
export interface SearchRecord {
  attempts: number;
  accepted: number;
  reasons: Map<RejectionReason, number>;
  /** Eligible tokens found for every attempt that passed all other rules, at most k each. */
  available: number[];
}

/** @throws FingerprintError VOCABULARY_TOO_SMALL when k different answers cannot be found at all. */
export function checkVocabulary(table: TokenTable, width: number): void {
  const answers = new Set<string>();
  for (let id = 0; id < table.answerable.length; id++) {
    if (table.answerable[id]) answers.add(normaliseAnswer(table.text(id)));
  }
  if (answers.size >= width) return;
  const fits = largestPower(answers.size / 2);
  throw new FingerprintError(
    "VOCABULARY_TOO_SMALL",
    `The vocabulary has ${answers.size} tokens that can be answers; k = ${width} needs more.`,
    fits >= 2
      ? `Set k to ${fits} or less, with more keys to make up for it.`
      : "This tokenizer cannot carry fingerprints; use a model with a larger vocabulary.",
  );
}

/** The error of a search that found too few keys, with what would have worked. */
export function searchFailed(
  record: SearchRecord,
  settings: KeySettings,
  found: number,
): FingerprintError {
  const count = (reason: RejectionReason) => record.reasons.get(reason) ?? 0;
  const flat = count("predictable") + count("tooFewCandidates");
  const rejected = record.attempts - record.accepted;
  const works = widthThatWorks(record, settings);
  const counts = [...record.reasons]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, times]) => `${times} × ${REJECTION_TEXT[reason]}`)
    .join(" ");
  const summary = `${found} of ${settings.count} keys after ${record.attempts} attempts`;
  if (flat * 2 >= rejected) {
    const width =
      works === null
        ? "No smaller k would have worked either; lower the nucleus threshold t"
        : `k = ${works} would have worked`;
    return new FingerprintError(
      "TEXT_TOO_PREDICTABLE",
      `The model's text is too predictable for k = ${settings.width}: ${summary}.`,
      `${width}, or bring keys of your own that leave the next word open.`,
      { details: counts },
    );
  }
  return new FingerprintError(
    "TOO_FEW_KEYS",
    `Too few usable keys: ${summary}.`,
    "Ask for fewer pairs, raise the temperature a little, or bring keys of your own.",
    { details: counts },
  );
}

/** Largest smaller width at which the attempts seen would have filled the bank in time. */
function widthThatWorks(record: SearchRecord, settings: KeySettings): number | null {
  for (let width = settings.width / 2; width >= 2; width /= 2) {
    const fitting = record.available.filter((available) => available >= width).length;
    if ((fitting / record.attempts) * settings.maxAttempts >= settings.count) return width;
  }
  return null;
}

function largestPower(limit: number): number {
  return limit < 1 ? 0 : 2 ** Math.floor(Math.log2(limit));
}
