import type { Ancestor } from "./lineage.ts";
import { WHOLE_PPM } from "./lineage.ts";
import { ShareBook, ZERO_ADDRESS, type Holding } from "./shareBook.ts";
import { SplitterError } from "./splitterError.ts";

/** Largest sum that a pot holds, in a token's smallest unit. */
export const MAX_AMOUNT = 2n ** 128n - 1n;

/** Income of a model in one token, in the token's smallest unit. */
export interface Pot {
  /** All that was paid to the model. */
  readonly gross: bigint;
  /** What the model keeps: of its own income and of its descendants'. */
  readonly own: bigint;
}

const EMPTY: Pot = { gross: 0n, own: 0n };

/**
 * What the model and each ancestor have of a model's gross, by the totals alone: an ancestor with p
 * millionths has ⌊gross · p / 1,000,000⌋ and the model what ⌊gross · Σp / 1,000,000⌋ leaves. The rest,
 * fewer units than there are ancestors, waits until fractions make whole units.
 *
 * @param gross in the token's smallest unit
 * @param lineage flattened, as the registry returns it
 */
export function divide(
  gross: bigint,
  lineage: readonly Ancestor[],
): { readonly model: bigint; readonly ancestors: readonly bigint[]; readonly waiting: bigint } {
  const ancestors = lineage.map(({ ppm }) => (gross * ppm) / WHOLE_PPM);
  const together = (gross * lineage.reduce((sum, { ppm }) => sum + ppm, 0n)) / WHOLE_PPM;
  const passedOn = ancestors.reduce((sum, part) => sum + part, 0n);
  return { model: gross - together, ancestors, waiting: together - passedOn };
}

/**
 * The revenue splitter's books in plain arithmetic: what contracts/src/RevenueSplitter.sol must agree
 * with after every transaction, to the last unit. Knows amounts only, neither who may call nor how
 * tokens behave. All amounts are in the token's smallest unit. Every method that throws changes
 * nothing.
 *
 * Models are numbers, tokens, modules and accounts are strings that the caller writes always the same
 * way; the zero address is the native coin.
 */
export class Splitter {
  readonly #lineageOf: (model: bigint) => readonly Ancestor[];
  /** token → model → pot. */
  readonly #pots = new Map<string, Map<bigint, Pot>>();
  readonly #shares = new Map<bigint, ShareBook>();
  /** "account token" → amount; likewise for modules. */
  readonly #credits = new Map<string, bigint>();
  readonly #modules = new Map<string, bigint>();
  readonly #held = new Map<string, bigint>();
  readonly #donated = new Map<string, bigint>();

  /** @param lineageOf a model's flattened lineage, as the registry returns it; it never changes */
  constructor(lineageOf: (model: bigint) => readonly Ancestor[]) {
    this.#lineageOf = lineageOf;
  }

  // Shares

  /** @throws SplitterError shares-already-open or bad-holders */
  openShares(model: bigint, holdings: readonly Holding[]): void {
    if (this.#shares.has(model)) throw new SplitterError("shares-already-open", String(model));
    const earlier = [...this.#pots].map(
      ([token, pots]) => [token, pots.get(model)?.own ?? 0n] as const,
    );
    this.#shares.set(model, new ShareBook(holdings, new Map(earlier)));
  }

  /** @param timeSeconds of the block, Unix @throws SplitterError as `ShareBook.issue` does */
  issueShares(model: bigint, to: string, amount: bigint, timeSeconds: bigint): void {
    this.#book(model).issue(to, amount, timeSeconds);
  }

  /** @throws SplitterError as `ShareBook.transfer` does */
  transferShares(model: bigint, from: string, to: string, amount: bigint): void {
    this.#book(model).transfer(from, to, amount);
  }

  /** The shares of a model; undefined before they are opened. */
  sharesOf(model: bigint): ShareBook | undefined {
    return this.#shares.get(model);
  }

  // Money in

  /** A payment or gift that is split at once. @throws SplitterError amount-too-large */
  pay(model: bigint, token: string, amount: bigint): void {
    checkAmount(amount);
    this.#split(model, token, amount);
    add(this.#held, token, amount);
  }

  /** A module's deposit into its own account. @throws SplitterError amount-too-large */
  deposit(module: string, token: string, amount: bigint): void {
    checkAmount(amount);
    add(this.#modules, key(module, token), amount);
    add(this.#held, token, amount);
  }

  /** A model's income out of a module's account. @throws SplitterError module-balance-too-low */
  split(module: string, model: bigint, token: string, amount: bigint): void {
    this.#checkModule(module, token, amount);
    this.#split(model, token, amount);
    add(this.#modules, key(module, token), -amount);
  }

  /** An account's credit out of a module's account. @throws SplitterError module-balance-too-low */
  credit(module: string, account: string, token: string, amount: bigint): void {
    if (account === ZERO_ADDRESS) throw new SplitterError("zero-receiver");
    this.#checkModule(module, token, amount);
    add(this.#modules, key(module, token), -amount);
    add(this.#credits, key(account, token), amount);
  }

  /** Money that came by force or by mistake and is nobody's yet. */
  donate(token: string, amount: bigint): void {
    checkAmount(amount);
    add(this.#donated, token, amount);
  }

  /** Gives what is nobody's to a model. @throws SplitterError nothing-to-claim */
  sweepDonation(model: bigint, token: string): bigint {
    const amount = this.#donated.get(token) ?? 0n;
    if (amount === 0n) throw new SplitterError("nothing-to-claim");
    this.pay(model, token, amount);
    this.#donated.set(token, 0n);
    return amount;
  }

  // Money out

  /** @throws SplitterError nothing-to-claim */
  claim(model: bigint, token: string, holder: string): bigint {
    const amount = this.#claim(model, token, holder);
    if (amount === 0n) throw new SplitterError("nothing-to-claim");
    return amount;
  }

  /** Claims pairs of model and token one after another and skips what is empty. */
  claimMany(pairs: readonly (readonly [model: bigint, token: string])[], holder: string): bigint[] {
    return pairs.map(([model, token]) => this.#claim(model, token, holder));
  }

  /** @throws SplitterError nothing-to-claim */
  withdraw(account: string, token: string): bigint {
    const amount = this.creditOf(account, token);
    if (amount === 0n) throw new SplitterError("nothing-to-claim");
    this.#credits.delete(key(account, token));
    add(this.#held, token, -amount);
    return amount;
  }

  // What the contract's views say

  potOf(model: bigint, token: string): Pot {
    return this.#pots.get(token)?.get(model) ?? EMPTY;
  }

  claimable(model: bigint, token: string, holder: string): bigint {
    return this.#shares.get(model)?.claimable(token, holder) ?? 0n;
  }

  creditOf(account: string, token: string): bigint {
    return this.#credits.get(key(account, token)) ?? 0n;
  }

  moduleBalanceOf(module: string, token: string): bigint {
    return this.#modules.get(key(module, token)) ?? 0n;
  }

  /** All of a token that is owed to somebody. */
  held(token: string): bigint {
    return this.#held.get(token) ?? 0n;
  }

  /** All of a token that the contract has: `held` and what nobody swept yet. */
  balance(token: string): bigint {
    return this.held(token) + (this.#donated.get(token) ?? 0n);
  }

  /** Fractions of ancestors' parts of a model's income that wait in the contract. */
  waiting(model: bigint, token: string): bigint {
    return divide(this.potOf(model, token).gross, this.#lineageOf(model)).waiting;
  }

  #split(model: bigint, token: string, amount: bigint): void {
    if (amount === 0n) return;
    const lineage = this.#lineageOf(model);
    const { gross } = this.potOf(model, token);
    const before = divide(gross, lineage);
    const afterwards = divide(gross + amount, lineage);
    const parts = [
      { model, income: afterwards.model - before.model },
      ...lineage.map((ancestor, i) => ({
        model: ancestor.model,
        income: afterwards.ancestors[i] - before.ancestors[i],
      })),
    ];
    const full = parts.some((part) => this.potOf(part.model, token).own + part.income > MAX_AMOUNT);
    if (full || gross + amount > MAX_AMOUNT) {
      throw new SplitterError("amount-too-large", String(amount));
    }
    const pots = this.#pots.get(token) ?? new Map<bigint, Pot>();
    this.#pots.set(token, pots);
    for (const part of parts) {
      const pot = pots.get(part.model) ?? EMPTY;
      pots.set(part.model, { ...pot, own: pot.own + part.income });
      this.#shares.get(part.model)?.earn(token, part.income);
    }
    pots.set(model, { gross: gross + amount, own: this.potOf(model, token).own });
  }

  #claim(model: bigint, token: string, holder: string): bigint {
    const amount = this.#shares.get(model)?.claim(token, holder) ?? 0n;
    add(this.#held, token, -amount);
    return amount;
  }

  #checkModule(module: string, token: string, amount: bigint): void {
    if (amount < 0n) throw new SplitterError("bad-amount", String(amount));
    const have = this.moduleBalanceOf(module, token);
    if (have < amount) throw new SplitterError("module-balance-too-low", `${have} of ${amount}`);
  }

  #book(model: bigint): ShareBook {
    const book = this.#shares.get(model);
    if (!book) throw new SplitterError("shares-not-open", String(model));
    return book;
  }
}

function key(account: string, token: string): string {
  return `${account} ${token}`;
}

function add<Key>(sums: Map<Key, bigint>, of: Key, amount: bigint): void {
  sums.set(of, (sums.get(of) ?? 0n) + amount);
}

function checkAmount(amount: bigint): void {
  if (amount < 0n) throw new SplitterError("bad-amount", String(amount));
  if (amount > MAX_AMOUNT) throw new SplitterError("amount-too-large", String(amount));
}
