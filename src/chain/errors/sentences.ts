import { GOVERNANCE } from "./governanceSentences.ts";
import { MARKET } from "./marketSentences.ts";
import { PROVERS } from "./proverSentences.ts";
import { TOKENS } from "./tokenSentences.ts";

/** What a contract's error means, and what its reader can do about it. */
export type Sentence = readonly [message: string, hint: string];

/** Every custom error of the contracts, by name. */
export const SENTENCES: Readonly<Record<string, Sentence>> = {
  ...TOKENS,
  ...MARKET,
  ...GOVERNANCE,
  ...PROVERS,
};
