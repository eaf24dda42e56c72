import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Splitter } from "../accounting/splitter.ts";
import { SplitterError } from "../accounting/splitterError.ts";
import { NATIVE } from "../indexer/state.ts";
import { ADA, BEN, CYD, DOLLAR, EventMarket } from "./fixtures/eventMarket.ts";
import { statementOf } from "./statement.ts";
import { bySource, cumulative, earningsOf, holdingsOf, totalsOf } from "./summary.ts";

const PEOPLE = [ADA, BEN, CYD];
const TOKENS = [NATIVE, DOLLAR];
const PAID_BY = ["licence", "usage", "resale", "gift"] as const;

const step = fc.record({
  kind: fc.constantFrom("pay", "pay", "pay", "transfer", "issue", "claim"),
  model: fc.constantFrom(1n, 2n),
  token: fc.constantFrom(...TOKENS),
  from: fc.constantFrom(...PEOPLE),
  to: fc.constantFrom(...PEOPLE),
  amount: fc.bigInt(1n, 1_000n),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** The same steps told to the indexer as events and to the splitter's twin. */
function play(early: readonly bigint[], steps: readonly Step[]) {
  const market = new EventMarket();
  const lineage = [{ model: 1n, ppm: 123_457n }];
  const twin = new Splitter((model) => (model === 2n ? lineage : []));
  const taken = new Map<string, bigint>();
  market.register(1n);
  market.register(2n, [{ model: 1n, ppm: 123_457 }]);
  const pay = (model: bigint, token: `0x${string}`, amount: bigint): void => {
    market.pay(model, token, amount, PAID_BY[Number(amount % 4n)]);
    twin.pay(model, token, amount);
  };
  for (const amount of early) pay(2n, NATIVE, amount);
  const holdings = [
    [ADA, 700_001n],
    [BEN, 299_999n],
  ] as const;
  for (const model of [1n, 2n]) {
    market.open(model, holdings);
    twin.openShares(
      model,
      holdings.map(([holder, amount]) => ({ holder, amount })),
    );
  }
  for (const { kind, model, token, from, to, amount } of steps) {
    const book = twin.sharesOf(model);
    if (kind === "pay") pay(model, token, amount * 7n);
    else if (kind === "transfer") {
      const shares = ((book?.balanceOf(from) ?? 0n) * amount) / 1_000n;
      market.transfer(model, from, to, shares);
      twin.transferShares(model, from, to, shares);
    } else if (kind === "issue") {
      const shares = ((book?.supply ?? 0n) * 3n) / 200n + amount;
      try {
        twin.issueShares(model, to, shares, market.timeSeconds);
      } catch (error) {
        if (error instanceof SplitterError) continue;
        throw error;
      }
      market.issue(model, to, shares);
    } else {
      const claimed = twin.claimable(model, token, from);
      if (claimed === 0n) continue;
      twin.claim(model, token, from);
      market.claim(model, token, from, claimed);
      const key = `${model} ${token} ${from}`;
      taken.set(key, (taken.get(key) ?? 0n) + claimed);
    }
  }
  return { state: market.state, twin, taken };
}

test("lines add up to what the twin paid and owes, whatever is traded, issued and claimed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(1n, 99n), { maxLength: 3 }),
      fc.array(step, { maxLength: 40 }),
      (early, steps) => {
        const { state, twin, taken } = play(early, steps);
        for (const holder of PEOPLE) {
          const accounts = holdingsOf(state, holder).flatMap((holding) => holding.accounts);
          for (const model of [1n, 2n]) {
            const statement = statementOf(state, model, holder);
            for (const token of TOKENS) {
              const claimed = taken.get(`${model} ${token} ${holder}`) ?? 0n;
              const claimable = twin.claimable(model, token, holder);
              const lines = statement.income.filter((line) => line.token === token);
              const sum = lines.reduce((total, { income }) => total + income, 0n);
              expect(sum).toBe(claimed + claimable);
              const sources = bySource(statement).filter((entry) => entry.token === token);
              expect(sources.reduce((total, { income }) => total + income, 0n)).toBe(sum);
              const last = cumulative(earningsOf(statement, token)).at(-1);
              const parts = last === undefined ? [] : Object.values(last.sums);
              expect(parts.reduce((total, part) => total + part, 0n)).toBe(sum);
              const claims = statement.claims.filter((claim) => claim.token === token);
              expect(claims.reduce((total, { amount }) => total + amount, 0n)).toBe(claimed);
              const account = accounts.find(
                (entry) => entry.model === model && entry.token === token,
              );
              expect(account?.claimable ?? 0n).toBe(claimable);
              expect(account?.claimed ?? 0n).toBe(claimed);
            }
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("a payment is shared by who held what when it came", () => {
  const market = new EventMarket();
  market.register(1n);
  market.register(2n, [{ model: 1n, ppm: 100_000 }]);
  market.pay(2n, NATIVE, 100n, "licence");
  market.open(1n, [[CYD, 1_000_000n]]);
  market.open(2n, [
    [ADA, 750_000n],
    [BEN, 250_000n],
  ]);
  market.transfer(2n, ADA, BEN, 250_000n);
  market.pay(2n, NATIVE, 1_001n, "usage");
  market.pay(2n, NATIVE, 9n, "gift");
  const { state } = market;
  // Paid 100: 10 go up, 90 stay, three quarters of which are 67.5. Then 1,001: the total 1,101 passes
  // ⌊110.1⌋ up, so 100 of these, and 901 stay; half of them with the half that waited makes 451. Then
  // 9: the total 1,110 passes 111 up, so 1, and 8 stay.
  expect(
    statementOf(state, 2n, ADA).income.map(({ source, kept, shares, income }) => [
      source,
      kept,
      shares,
      income,
    ]),
  ).toEqual([
    ["licence", 90n, 750_000n, 67n],
    ["usage", 901n, 500_000n, 451n],
    ["gift", 8n, 500_000n, 4n],
  ]);
  expect(statementOf(state, 2n, BEN).income.map(({ income }) => income)).toEqual([22n, 451n, 4n]);
  const up = statementOf(state, 1n, CYD).income;
  expect(
    up.map(({ source, paidModel, paid, income }) => [source, paidModel, paid, income]),
  ).toEqual([
    ["lineage", 2n, 100n, 10n],
    ["lineage", 2n, 1_001n, 100n],
    ["lineage", 2n, 9n, 1n],
  ]);
  expect(statementOf(state, 2n, CYD).income).toEqual([]);
});

test("who sold everything keeps the model as long as it earned from it", () => {
  const market = new EventMarket();
  market.register(1n);
  market.open(1n, [[ADA, 1_000_000n]]);
  market.transfer(1n, ADA, BEN, 1_000_000n);
  expect(holdingsOf(market.state, ADA)).toEqual([]);
  market.pay(1n, DOLLAR, 5n, "licence");
  market.transfer(1n, BEN, ADA, 1_000_000n);
  // Who holds everything again, but did not when it came, has nothing of it.
  expect(holdingsOf(market.state, ADA)).toMatchObject([{ shares: 1_000_000n, accounts: [] }]);
  const [held] = holdingsOf(market.state, BEN);
  expect(held.shares).toBe(0n);
  expect(totalsOf(held.accounts)).toEqual([
    { token: DOLLAR, earned: 5n, claimed: 0n, claimable: 5n },
  ]);
});
