/** What a host asks, in the token's smallest unit. */
export interface Price {
  readonly perCall: bigint;
  readonly perThousandInput: bigint;
  readonly perThousandOutput: bigint;
}

/** Tokens of one call. */
export interface Usage {
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

/** Tokens that a chat template may add around each message. */
const TOKENS_AROUND_MESSAGE = 16n;

/** Cost of a call: one rounding, up, over both kinds of tokens. */
export function costOf(price: Price, usage: Usage): bigint {
  const thousandths =
    usage.inputTokens * price.perThousandInput + usage.outputTokens * price.perThousandOutput;
  return price.perCall + (thousandths + 999n) / 1_000n;
}

/**
 * Most that a call can cost, known before it is made. A tokenizer that falls back on bytes makes at most
 * one token of each byte.
 */
export function mostOf(
  price: Price,
  call: { inputBytes: number; messages: number; maxOutputTokens: number },
): bigint {
  const around = TOKENS_AROUND_MESSAGE * BigInt(call.messages + 1);
  return costOf(price, {
    inputTokens: BigInt(call.inputBytes) + around,
    outputTokens: BigInt(call.maxOutputTokens),
  });
}

/** Whether tokens cost anything, so that they have to be counted. */
export function countsTokens(price: Price): boolean {
  return price.perThousandInput > 0n || price.perThousandOutput > 0n;
}
