import type { Address } from "viem";
import { SOURCES, type ChainState, type IncomeDay, type IncomeSource } from "../state.ts";

/** Income of a model in one token by where it came from, over days. */
export interface TokenIncome {
  readonly token: Address;
  readonly gross: bigint;
  readonly own: bigint;
  readonly bySource: readonly {
    readonly source: IncomeSource;
    readonly amount: bigint;
    readonly kept: bigint;
    readonly payments: number;
  }[];
  /** By day, the first first. */
  readonly days: readonly IncomeDay[];
}

/** A model's income, one entry for each token that it ever had any of. */
export function incomeOf(state: ChainState, model: bigint): TokenIncome[] {
  const days = [...state.income.values()].filter((entry) => entry.model === model);
  return [...state.pots.values()]
    .filter((pot) => pot.model === model)
    .map(({ token, gross, own }) => {
      const here = days.filter((entry) => entry.token === token).toSorted((a, b) => a.day - b.day);
      const bySource = SOURCES.map((source) => {
        const rows = here.filter((entry) => entry.source === source);
        return {
          source,
          amount: rows.reduce((sum, row) => sum + row.amount, 0n),
          kept: rows.reduce((sum, row) => sum + row.kept, 0n),
          payments: rows.reduce((sum, row) => sum + row.payments, 0),
        };
      }).filter(({ payments }) => payments > 0);
      return { token, gross, own, bySource, days: here };
    });
}

/** What a holder of shares may claim now, by the splitter's own rule. */
export function claimableOf(
  state: ChainState,
  model: bigint,
  token: Address,
  holder: Address,
): bigint {
  const supply = state.models.get(model)?.supply ?? 0n;
  if (supply === 0n) return 0n;
  const balance = state.holdings.get(`${model} ${holder}`)?.balance ?? 0n;
  const own = state.pots.get(`${model} ${token}`)?.own ?? 0n;
  const account = state.shareAccounts.get(`${model} ${holder} ${token}`);
  return ((account?.scaled ?? 0n) + balance * (own - (account?.seen ?? 0n))) / supply;
}
