import { throwIfAborted } from "@/lib/errors.ts";
import type { CommittedPair } from "../commitment.ts";
import { WORDS } from "../data/words.ts";
import type { KeyModel, TokenizerLike } from "../model.ts";
import type { SeededStream } from "../random.ts";
import { secretStream } from "../secrets.ts";
import { entropyBits, logSoftmax, makeEligibility, selectCandidates } from "./candidates.ts";
import { checkVocabulary, searchFailed, type SearchRecord } from "./failures.ts";
import { checkKeyText, KeyIndex, makePrompt, tidy, type KeyPrompt } from "./keyText.ts";
import type { RejectionReason } from "./keyText.ts";
import { capitalise, makeNearMisses, type NearMiss } from "./nearMisses.ts";
import { createSampler, type Sampler } from "./sampling.ts";
import { checkKeySettings, type KeySettings } from "./settings.ts";
import { logPerplexities, percentile } from "./surprise.ts";
import { makeTokenTable, type TokenTable } from "./tokenTable.ts";

/** A pair as it is before the commitment: no beacon, no response yet. */
export interface DraftPair extends CommittedPair {
  nearMisses: NearMiss[];
}

/** One attempt at a key, accepted or not, for a live table. */
export interface KeyAttempt {
  attempt: number;
  accepted: boolean;
  /** True for a key that the user brought. */
  own: boolean;
  text: string;
  reason: RejectionReason | null;
  /** Texts and base probabilities of the candidates; empty when it did not come to that. */
  candidates: { id: number; text: string; probability: number }[];
  entropyBits: number | null;
  /** Nats per token. */
  logPerplexity: number | null;
  /** Less likely than 95 % of ordinary text: a reason against a generated key, a warning for an own one. */
  surprising: boolean;
}

export interface GenerateOptions {
  model: KeyModel;
  tokenizer: TokenizerLike;
  /** Master secret, 32 bytes: the seed of first words and samples. */
  master: Uint8Array;
  settings: KeySettings;
  /** Windows of ordinary text in token ids, if there is any, to judge surprise by. */
  benign?: readonly (readonly number[])[];
  /** Continues prompts; by default the model itself does. */
  sample?: Sampler;
  signal?: AbortSignal | undefined;
  onAttempt?: (attempt: KeyAttempt, accepted: number) => void;
}

/** Samples of the model's own text against which a key's surprise is judged. */
const REFERENCE_SAMPLES = 64;
/** At least this many tokens of a key are the model's, however many its first word takes. */
const MIN_CONTINUATION = 8;
const MIN_KEY_TOKENS = 6;
const MAX_KEY_TOKENS = 512;
/** Logits held at once by a batch, in numbers. */
const BATCH_LOGITS = 4_000_000;

/**
 * Makes the keys and candidate lists of a bank (scheme §2), all before any beacon is known.
 *
 * A key is too surprising when its log-perplexity exceeds the 95th percentile of ordinary text:
 * of the caller's, or of what the model itself writes at temperature 1 after the same first words,
 * whichever is larger. So the rule is fair to a model that has not learnt to write. Own keys may be
 * surprising; that is only reported.
 *
 * @throws FingerprintError BAD_SETTINGS, VOCABULARY_TOO_SMALL, TEXT_TOO_PREDICTABLE, TOO_FEW_KEYS,
 * LOGITS_NOT_FINITE; AbortError.
 */
export async function generateKeys(options: GenerateOptions): Promise<DraftPair[]> {
  const { model, tokenizer, settings, master, signal } = options;
  checkKeySettings(settings);
  const table = makeTokenTable(tokenizer);
  checkVocabulary(table, settings.width);
  const sample = options.sample ?? createSampler(model);
  const writer: Writer = { tokenizer, table, sample, settings, signal };

  const random = secretStream(master, "keys");
  const nearMissRandom = secretStream(master, "near-miss");
  const limit = await surpriseLimit(writer, model, options);
  const index = new KeyIndex();
  const accepted: Omit<DraftPair, "mode">[] = [];
  const record: SearchRecord = { attempts: 0, accepted: 0, reasons: new Map(), available: [] };

  let own = settings.ownKeys.map(tidy);
  let number = 0;
  while (accepted.length < settings.count) {
    throwIfAborted(signal);
    const missing = settings.count - accepted.length;
    const size = batchSize(missing, tokenizer.vocabSize);
    const isOwn = own.length > 0;
    const left = settings.maxAttempts - record.attempts;
    const hopeless = record.attempts >= 200 && record.accepted === 0;
    if (!isOwn && (left <= 0 || hopeless)) {
      throw searchFailed(record, settings, accepted.length);
    }
    const texts = isOwn
      ? own.slice(0, size)
      : await writeTexts(writer, random, Math.min(size, left), settings.temperature);
    own = own.slice(size);

    for (const judged of await judge(writer, model, texts, isOwn ? Infinity : limit, index)) {
      if (accepted.length === settings.count) break;
      const { key, candidates } = judged;
      // Two of one batch can be alike, so copies are looked for again.
      const reason = judged.reason ?? index.find(key);
      if (!isOwn) noteAttempt(record, reason, judged.available);
      if (reason === null) {
        index.add(key);
        accepted.push({
          index: accepted.length,
          text: key.text,
          prompt: key.prompt,
          candidates: candidates.map(({ id }) => id),
          baseLogProbs: candidates.map(({ logProb }) => logProb),
          nearMisses: makeNearMisses(tokenizer, key.text, {
            count: settings.nearMisses,
            chat: settings.chat,
            random: nearMissRandom,
          }),
        });
      }
      options.onAttempt?.(
        {
          attempt: ++number,
          accepted: reason === null,
          own: isOwn,
          text: key.text,
          reason,
          candidates: candidates.map(({ id, logProb }) => ({
            id,
            text: table.text(id),
            probability: Math.exp(logProb),
          })),
          entropyBits: judged.entropyBits,
          logPerplexity: judged.logPerplexity,
          surprising: (judged.logPerplexity ?? 0) > limit,
        },
        accepted.length,
      );
    }
  }
  const order = secretStream(master, "modes").permutation(settings.count);
  const loud = new Set(order.slice(0, Math.round(settings.count * settings.loudShare)));
  return accepted.map((pair) => ({ ...pair, mode: loud.has(pair.index) ? "loud" : "quiet" }));
}

interface Writer {
  tokenizer: TokenizerLike;
  table: TokenTable;
  sample: Sampler;
  settings: KeySettings;
  signal: AbortSignal | undefined;
}

function batchSize(missing: number, vocabSize: number): number {
  const most = Math.min(64, Math.max(4, Math.floor(BATCH_LOGITS / vocabSize)));
  return Math.min(most, Math.ceil(1.5 * missing) + 2);
}

/** Texts that begin with a drawn word and go on as the model does. */
async function writeTexts(
  writer: Writer,
  random: SeededStream,
  count: number,
  temperature: number,
): Promise<string[]> {
  const { tokenizer, settings } = writer;
  const prompts = Array.from({ length: count }, () =>
    makePrompt(tokenizer, capitalise(WORDS[random.below(WORDS.length)]), false),
  );
  const counts = prompts.map((prompt) =>
    Math.max(settings.keyTokens - prompt.length, MIN_CONTINUATION),
  );
  const fresh = await writer.sample(prompts, {
    counts,
    temperature,
    allowed: writer.table.writable,
    uniform: () => random.uniform(),
    signal: writer.signal,
  });
  return fresh.map((ids, i) =>
    tidy(tokenizer.decode([...prompts[i], ...ids], { skipSpecialTokens: true })),
  );
}

async function surpriseLimit(
  writer: Writer,
  model: KeyModel,
  options: GenerateOptions,
): Promise<number> {
  const { tokenizer, signal } = writer;
  const random = secretStream(options.master, "reference");
  const step = batchSize(REFERENCE_SAMPLES, tokenizer.vocabSize);
  const own: number[] = [];
  while (own.length < REFERENCE_SAMPLES) {
    const texts = await writeTexts(
      writer,
      random,
      Math.min(step, REFERENCE_SAMPLES - own.length),
      1,
    );
    const plain = texts.map((text) => makePrompt(tokenizer, text, false));
    own.push(...(await logPerplexities(model, plain, signal)));
  }
  const benign = options.benign ?? [];
  const given = benign.length > 0 ? await logPerplexities(model, benign, signal) : [];
  const limit = Math.max(percentile(own, 0.95), given.length > 0 ? percentile(given, 0.95) : 0);
  // A model that finds all text equally likely must not fail by rounding.
  return limit * (1 + 1e-3);
}

interface Judged {
  key: KeyPrompt;
  reason: RejectionReason | null;
  candidates: { id: number; logProb: number }[];
  /** Eligible tokens found after the nucleus, at most k; null when none were looked for. */
  available: number | null;
  entropyBits: number | null;
  logPerplexity: number | null;
}

/** Applies every rule but that of copies inside the batch; model calls are made once per batch. */
async function judge(
  writer: Writer,
  model: KeyModel,
  texts: readonly string[],
  limit: number,
  index: KeyIndex,
): Promise<Judged[]> {
  const { tokenizer, settings, table, signal } = writer;
  const { chat, width, nucleusMass } = settings;
  const judged = texts.map((text): Judged => {
    const checked = checkKeyText(tokenizer, text, {
      chat,
      minTokens: MIN_KEY_TOKENS,
      maxTokens: MAX_KEY_TOKENS,
    });
    return {
      key: checked.key,
      reason: checked.reason ?? index.find(checked.key),
      candidates: [],
      available: null,
      entropyBits: null,
      logPerplexity: null,
    };
  });
  const fit = judged.filter(({ reason }) => reason === null);
  if (fit.length === 0) return judged;
  const plain = fit.map(({ key }) => makePrompt(tokenizer, key.text, false));
  const surprise = await logPerplexities(model, plain, signal);
  for (const [i, item] of fit.entries()) {
    item.logPerplexity = surprise[i];
    if (!(surprise[i] <= limit)) item.reason = "surprising";
  }
  const calm = fit.filter(({ reason }) => reason === null);
  if (calm.length === 0) return judged;
  const prompts = calm.map(({ key }) => key.prompt);
  const rows = prompts.map((ids, sequence) => ({ sequence, position: ids.length - 1 }));
  const logits = await model.logits(prompts, rows, signal);
  const size = logits.length / calm.length;
  for (const [row, item] of calm.entries()) {
    const logProbs = logSoftmax(logits.subarray(row * size, (row + 1) * size));
    item.entropyBits = entropyBits(logProbs);
    const eligible = makeEligibility(tokenizer, table, item.key.prompt, chat);
    const list = selectCandidates(logProbs, { width, nucleusMass, eligible });
    item.available = list.ids.length;
    item.candidates = list.ids.map((id, j) => ({ id, logProb: list.logProbs[j] }));
    if (item.entropyBits < settings.minEntropyBits) item.reason = "predictable";
    else if (item.available < width) item.reason = "tooFewCandidates";
  }
  return judged;
}

function noteAttempt(
  record: SearchRecord,
  reason: RejectionReason | null,
  available: number | null,
): void {
  record.attempts++;
  if (reason === null) record.accepted++;
  else record.reasons.set(reason, (record.reasons.get(reason) ?? 0) + 1);
  if (available !== null && (reason === null || reason === "tooFewCandidates")) {
    record.available.push(available);
  }
}
