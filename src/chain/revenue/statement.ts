import type { Address } from "viem";
import { FIRST_SHARES } from "../accounting/shareBook.ts";
import { divide } from "../accounting/splitter.ts";
import { NATIVE, type ChainState, type IncomeSource } from "../indexer/state.ts";
import {
  comparePlaces,
  type Payment,
  type Payout,
  type Place,
  type ShareMove,
} from "../indexer/stateIncome.ts";

/** What one payment brought a holder of shares. */
export interface IncomeLine {
  readonly at: Place;
  readonly token: Address;
  readonly source: IncomeSource;
  /** Which model was paid: the holder's own, or for "lineage" one made from it. */
  readonly paidModel: bigint;
  /** The whole payment, and what the holder's model has of it, in the token's smallest unit. */
  readonly paid: bigint;
  readonly kept: bigint;
  /** The holder's shares at that time, of how many. */
  readonly shares: bigint;
  readonly supply: bigint;
  /** Whole units that it added to what the holder may claim; fractions wait for the next payment. */
  readonly income: bigint;
}

/** What a holder of a model's shares earned and took, in the order of the chain. */
export interface Statement {
  readonly model: bigint;
  readonly holder: Address;
  readonly income: readonly IncomeLine[];
  readonly claims: readonly Payout[];
}

/** What came to a model: of its own payments, and of those that models made from it passed up. */
export interface Part {
  readonly payment: Payment;
  readonly source: IncomeSource;
  readonly kept: bigint;
}

type Step =
  | { readonly at: Place; readonly part: Part }
  | { readonly at: Place; readonly move: ShareMove };

/**
 * The income statement of a holder, replayed payment by payment with the splitter's own rule: what a
 * payment brings is by how many whole units it raised what the holder earned so far. So the lines add
 * up to what was claimed and what can be claimed, to the last unit.
 */
export function statementOf(state: ChainState, model: bigint, holder: Address): Statement {
  const account = new Account(holder);
  for (const step of stepsOf(state, model)) {
    if ("part" in step) account.earn(step.part);
    else account.move(step.move);
  }
  const claims = [...state.payouts.values()]
    .filter((payout) => payout.model === model && payout.holder === holder)
    .toSorted((a, b) => comparePlaces(a.at, b.at));
  return { model, holder, income: account.lines, claims };
}

/** All that ever came to a model, in the order of the chain. */
export function partsOf(state: ChainState, model: bigint): Part[] {
  return [...state.payments.values()]
    .flatMap((payment) => partOf(state, payment, model) ?? [])
    .toSorted((a, b) => comparePlaces(a.payment.at, b.payment.at));
}

function stepsOf(state: ChainState, model: bigint): Step[] {
  const steps: Step[] = partsOf(state, model).map((part) => ({ at: part.payment.at, part }));
  for (const move of state.shareMoves.values()) {
    if (move.model === model) steps.push({ at: move.at, move });
  }
  return steps.toSorted((a, b) => comparePlaces(a.at, b.at));
}

function partOf(state: ChainState, payment: Payment, model: bigint): Part | null {
  const lineage = state.models.get(payment.model)?.ancestors ?? [];
  const place = lineage.findIndex((ancestor) => ancestor.model === model);
  if (payment.model !== model && place === -1) return null;
  const before = divide(payment.gross, lineage);
  const after = divide(payment.gross + payment.amount, lineage);
  if (payment.model === model) {
    return { payment, source: payment.source, kept: after.model - before.model };
  }
  const kept = after.ancestors[place] - before.ancestors[place];
  return kept === 0n ? null : { payment, source: "lineage", kept };
}

/** One holder's account with a model, of which it also knows the supply. */
class Account {
  readonly lines: IncomeLine[] = [];
  readonly #holder: Address;
  /** Token → all it ever earned, times the supply. */
  readonly #scaled = new Map<Address, bigint>();
  /** What was paid before there were shares. */
  readonly #early: Part[] = [];
  #balance = 0n;
  #supply = 0n;

  constructor(holder: Address) {
    this.#holder = holder;
  }

  earn(part: Part): void {
    if (this.#supply < FIRST_SHARES) {
      this.#early.push(part);
      return;
    }
    const { payment, source, kept } = part;
    const before = this.#scaled.get(payment.token) ?? 0n;
    const after = before + kept * this.#balance;
    this.#scaled.set(payment.token, after);
    if (this.#balance === 0n) return;
    this.lines.push({
      at: payment.at,
      token: payment.token,
      source,
      paidModel: payment.model,
      paid: payment.amount,
      kept,
      shares: this.#balance,
      supply: this.#supply,
      income: after / this.#supply - before / this.#supply,
    });
  }

  move({ from, to, amount }: ShareMove): void {
    if (from === NATIVE) this.#mint(amount);
    if (from === this.#holder) this.#balance -= amount;
    if (to === this.#holder) this.#balance += amount;
    // All income before the opening is the first holders'.
    if (this.#supply >= FIRST_SHARES) for (const part of this.#early.splice(0)) this.earn(part);
  }

  /** After the opening, new shares end a share epoch: of what was earned, whole units stay. */
  #mint(amount: bigint): void {
    const before = this.#supply;
    this.#supply += amount;
    if (before < FIRST_SHARES) return;
    for (const [token, scaled] of this.#scaled) {
      this.#scaled.set(token, (scaled / before) * this.#supply);
    }
  }
}
