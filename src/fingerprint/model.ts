import type { LoadedModel } from "@/engine/types.ts";

/** What verdicts need of a model: logits [rows, vocabSize] after given positions. */
export type LogitsProvider = Pick<LoadedModel, "logits">;

/** What key generation needs besides: nats per token 1..end of each sequence, concatenated. */
export type KeyModel = Pick<LoadedModel, "logits" | "nll">;

/** One turn of a conversation, as chat templates take it. */
export interface ChatTurn {
  role: "system" | "user" | "assistant";
  content: string;
}

/** The part of a tokenizer that the scheme uses; the text room's tokenizer fits it by structure. */
export interface TokenizerLike {
  /** Ids with or without what the post-processor adds (BOS and the like). */
  encode(text: string, options: { addSpecialTokens: boolean }): number[];
  decode(ids: readonly number[], options: { skipSpecialTokens: boolean }): string;
  /** Ids of control tokens, which are never part of a key or an answer. */
  readonly specialIds: ReadonlySet<number>;
  /** Number of ids the tokenizer knows; the model's rows may be padded beyond it. */
  readonly vocabSize: number;
  readonly bosId: number | null;
  readonly eosIds: readonly number[] | ReadonlySet<number>;
  /** Content hash of the tokenizer, hex. */
  readonly hash: string;
  /** Content hash of the chat template, hex, or null without one. */
  readonly templateHash: string | null;
  readonly hasChatTemplate: boolean;
  encodeChat(messages: readonly ChatTurn[], options: { addGenerationPrompt: boolean }): number[];
}
