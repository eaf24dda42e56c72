import { SplitterError } from "./splitterError.ts";

/** Shares that a model's contributors divide among themselves when they open them. */
export const FIRST_SHARES = 1_000_000n;
/** Most holders at the opening. */
export const MAX_HOLDERS = 64;
/** Seconds in which a fifth of the supply may be issued at most. */
export const ISSUE_WINDOW_SECONDS = 365n * 24n * 60n * 60n;

export const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";

/** How many shares a holder gets at the opening. */
export interface Holding {
  readonly holder: string;
  readonly amount: bigint;
}

interface Issue {
  readonly timeSeconds: bigint;
  /** Shares there were before. */
  readonly supplyBefore: bigint;
}

/**
 * The shares of one model and what each holder may claim.
 *
 * Told the long way round, so that it checks the contract instead of copying it: whenever income comes
 * in, every holder at that moment is given balance · income, in units of 1/supply. Transfers then move
 * balances and nothing else. The contract gets the same numbers from debts, without touching holders.
 */
export class ShareBook {
  readonly #balances = new Map<string, bigint>();
  /** token → holder → what it may claim, in the token's smallest unit times the supply. */
  readonly #scaled = new Map<string, Map<string, bigint>>();
  readonly #issues: Issue[] = [];
  #supply = 0n;

  /**
   * Opens the shares. All income until then is the first holders'.
   *
   * @param earlier income of the model so far, by token, in the token's smallest unit
   * @throws SplitterError bad-holders
   */
  constructor(holdings: readonly Holding[], earlier: ReadonlyMap<string, bigint>) {
    const distinct = new Set(holdings.map(({ holder }) => holder));
    const sum = holdings.reduce((total, { amount }) => total + amount, 0n);
    if (
      holdings.length === 0 ||
      holdings.length > MAX_HOLDERS ||
      distinct.size !== holdings.length ||
      distinct.has(ZERO_ADDRESS) ||
      holdings.some(({ amount }) => amount <= 0n) ||
      sum !== FIRST_SHARES
    ) {
      throw new SplitterError("bad-holders");
    }
    for (const { holder, amount } of holdings) this.#balances.set(holder, amount);
    this.#supply = FIRST_SHARES;
    for (const [token, income] of earlier) this.earn(token, income);
  }

  /** Shares there are. */
  get supply(): bigint {
    return this.#supply;
  }

  /** Number of share epochs that ended, one for each issue. */
  get epoch(): number {
    return this.#issues.length;
  }

  /** Everybody who ever held a share. */
  get holders(): readonly string[] {
    return [...this.#balances.keys()];
  }

  /** Shares of a holder. */
  balanceOf(holder: string): bigint {
    return this.#balances.get(holder) ?? 0n;
  }

  /** Divides income among those who hold shares now, in the token's smallest unit. */
  earn(token: string, income: bigint): void {
    for (const [holder, balance] of this.#balances) this.#add(token, holder, income * balance);
  }

  /** Moves shares, and no income. @throws SplitterError not-enough-shares or zero-receiver */
  transfer(from: string, to: string, amount: bigint): void {
    if (amount < 0n) throw new SplitterError("bad-amount", String(amount));
    if (to === ZERO_ADDRESS) throw new SplitterError("zero-receiver");
    const balance = this.balanceOf(from);
    if (balance < amount) throw new SplitterError("not-enough-shares", `${balance} of ${amount}`);
    this.#balances.set(from, balance - amount);
    this.#balances.set(to, this.balanceOf(to) + amount);
  }

  /**
   * Issues new shares and ends a share epoch: of every holder's income whole units stay, and a fraction
   * of one is dropped.
   *
   * @param timeSeconds of the block, Unix
   * @throws SplitterError zero-receiver, issue-too-large or issue-too-small
   */
  issue(to: string, amount: bigint, timeSeconds: bigint): void {
    if (to === ZERO_ADDRESS) throw new SplitterError("zero-receiver");
    const most = this.issuable(timeSeconds);
    if (amount > most) throw new SplitterError("issue-too-large", `${amount} of ${most}`);
    const least = (this.#supply + 99n) / 100n;
    if (amount < least) throw new SplitterError("issue-too-small", `${amount} of ${least}`);
    const before = this.#supply;
    const afterwards = before + amount;
    for (const accounts of this.#scaled.values()) {
      for (const [holder, scaled] of accounts) {
        accounts.set(holder, (scaled / before) * afterwards);
      }
    }
    this.#issues.push({ timeSeconds, supplyBefore: before });
    this.#supply = afterwards;
    this.#balances.set(to, this.balanceOf(to) + amount);
  }

  /** Most shares that may be issued now: a fifth of what there were a year ago, less those since. */
  issuable(timeSeconds: bigint): bigint {
    const first = this.#issues.find(
      (issue) => issue.timeSeconds + ISSUE_WINDOW_SECONDS > timeSeconds,
    );
    const start = first?.supplyBefore ?? this.#supply;
    return start / 5n - (this.#supply - start);
  }

  /** Whole units a holder may claim. */
  claimable(token: string, holder: string): bigint {
    return (this.#scaled.get(token)?.get(holder) ?? 0n) / this.#supply;
  }

  /** Takes what a holder may claim; its fraction of a unit stays. */
  claim(token: string, holder: string): bigint {
    const amount = this.claimable(token, holder);
    this.#add(token, holder, -amount * this.#supply);
    return amount;
  }

  #add(token: string, holder: string, scaled: bigint): void {
    if (scaled === 0n) return;
    const accounts = this.#scaled.get(token) ?? new Map<string, bigint>();
    this.#scaled.set(token, accounts);
    accounts.set(holder, (accounts.get(holder) ?? 0n) + scaled);
  }
}
