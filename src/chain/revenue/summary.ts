import type { Address } from "viem";
import { claimableOf } from "../indexer/select/income.ts";
import {
  keyOf,
  SOURCES,
  type ChainState,
  type IncomeSource,
  type Model,
} from "../indexer/state.ts";
import type { Statement } from "./statement.ts";

/** What a holder has of a model's income in one token, in its smallest unit. */
export interface TokenAccount {
  readonly model: bigint;
  readonly token: Address;
  /** All that came to the holder: claimed and claimable together. */
  readonly earned: bigint;
  readonly claimed: bigint;
  readonly claimable: bigint;
}

/** A model that somebody holds shares of, or held and has earned from. */
export interface Holding {
  readonly model: Model;
  readonly shares: bigint;
  readonly supply: bigint;
  readonly votes: bigint;
  readonly delegate: Address | null;
  readonly accounts: readonly TokenAccount[];
}

/** All models whose income is, or was, partly an account's; by number. */
export function holdingsOf(state: ChainState, holder: Address): Holding[] {
  // Whoever ever had a share has a row; most have one of few models.
  return [...state.models.values()]
    .filter((model) => state.holdings.has(keyOf(model.id, holder)))
    .map((model) => holdingOf(state, model, holder))
    .filter(({ shares, accounts }) => shares > 0n || accounts.length > 0);
}

/** What an account has of one model. */
export function holdingOf(state: ChainState, model: Model, holder: Address): Holding {
  const held = state.holdings.get(keyOf(model.id, holder));
  return {
    model,
    shares: held?.balance ?? 0n,
    supply: model.supply,
    votes: held?.votes ?? 0n,
    delegate: held?.delegate ?? null,
    accounts: accountsOf(state, model.id, holder),
  };
}

/** The tokens in which a holder ever earned anything of a model. */
function accountsOf(state: ChainState, model: bigint, holder: Address): TokenAccount[] {
  return [...state.pots.values()]
    .filter((pot) => pot.model === model)
    .map(({ token }) => {
      const claimed = state.shareAccounts.get(keyOf(model, holder, token))?.claimed ?? 0n;
      const claimable = claimableOf(state, model, token, holder);
      return { model, token, earned: claimed + claimable, claimed, claimable };
    })
    .filter(({ earned }) => earned > 0n);
}

export interface Total {
  readonly token: Address;
  readonly earned: bigint;
  readonly claimed: bigint;
  readonly claimable: bigint;
}

/** What an account has of all models together, by token. */
export function totalsOf(accounts: readonly TokenAccount[]): Total[] {
  const totals = new Map<Address, Total>();
  for (const { token, earned, claimed, claimable } of accounts) {
    const old = totals.get(token);
    totals.set(token, {
      token,
      earned: earned + (old?.earned ?? 0n),
      claimed: claimed + (old?.claimed ?? 0n),
      claimable: claimable + (old?.claimable ?? 0n),
    });
  }
  return [...totals.values()];
}

export interface SourceTotal {
  readonly token: Address;
  readonly source: IncomeSource;
  readonly payments: number;
  readonly income: bigint;
}

/** A holder's income by token and where it came from, in the splitter's order. */
export function bySource({ income }: Pick<Statement, "income">): SourceTotal[] {
  const tokens = [...new Set(income.map(({ token }) => token))];
  return tokens.flatMap((token) =>
    SOURCES.flatMap((source) => {
      const lines = income.filter((line) => line.token === token && line.source === source);
      const sum = lines.reduce((total, line) => total + line.income, 0n);
      return lines.length === 0 ? [] : [{ token, source, payments: lines.length, income: sum }];
    }),
  );
}

/** What came in until a time, by source. */
export interface Point {
  readonly timeSeconds: bigint;
  readonly sums: Readonly<Record<IncomeSource, bigint>>;
}

/** What a chart adds up. */
export interface Earning {
  readonly timeSeconds: bigint;
  readonly source: IncomeSource;
  readonly amount: bigint;
}

/** A holder's earnings in one token. */
export function earningsOf({ income }: Pick<Statement, "income">, token: Address): Earning[] {
  return income
    .filter((line) => line.token === token)
    .map(({ at, source, income: amount }) => ({ timeSeconds: at.timeSeconds, source, amount }));
}

/** Sums that rise with every payment; payments of one time make one point. */
export function cumulative(earnings: readonly Earning[]): Point[] {
  const points: Point[] = [];
  let sums: Record<IncomeSource, bigint> = {
    licence: 0n,
    renewal: 0n,
    usage: 0n,
    resale: 0n,
    slash: 0n,
    gift: 0n,
    lineage: 0n,
  };
  for (const { timeSeconds, source, amount } of earnings) {
    sums = { ...sums, [source]: sums[source] + amount };
    if (points.at(-1)?.timeSeconds === timeSeconds) points.pop();
    points.push({ timeSeconds, sums });
  }
  return points;
}
