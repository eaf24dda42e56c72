import type { Address } from "viem";
import { divide } from "../../accounting/splitter.ts";
import { WHOLE_PPM } from "../../accounting/lineage.ts";
import { keyOf, type ChainState } from "../state.ts";

/** Who gets what of a payment, in the token's smallest unit. */
export interface Split {
  readonly parts: readonly {
    readonly model: bigint;
    readonly ppm: bigint;
    readonly amount: bigint;
  }[];
  /** Fractions that wait in the contract until they make whole units; below zero when they do now. */
  readonly waiting: bigint;
}

/**
 * How a payment to a model would be split now, by the same arithmetic as the splitter: the difference
 * of what everybody has of the total before and after it.
 */
export function splitOf(state: ChainState, model: bigint, token: Address, price: bigint): Split {
  const lineage = state.models.get(model)?.ancestors ?? [];
  const gross = state.pots.get(keyOf(model, token))?.gross ?? 0n;
  const before = divide(gross, lineage);
  const after = divide(gross + price, lineage);
  const passedOn = lineage.reduce((sum, { ppm }) => sum + ppm, 0n);
  return {
    parts: [
      { model, ppm: WHOLE_PPM - passedOn, amount: after.model - before.model },
      ...lineage.map((ancestor, place) => ({
        ...ancestor,
        amount: after.ancestors[place] - before.ancestors[place],
      })),
    ],
    waiting: after.waiting - before.waiting,
  };
}
