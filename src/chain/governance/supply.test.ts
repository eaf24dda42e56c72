import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ShareBook } from "../accounting/shareBook.ts";
import { SplitterError } from "../accounting/splitterError.ts";
import type { Model } from "../indexer/state.ts";
import { ADA, BEN, CYD, EventMarket } from "../revenue/fixtures/eventMarket.ts";
import { issueLimits } from "./supply.ts";

function opened(): EventMarket {
  const market = new EventMarket();
  market.register(1n);
  market.open(1n, [
    [ADA, 700_000n],
    [BEN, 300_000n],
  ]);
  return market;
}

function modelOf(market: EventMarket): Model {
  const model = market.state.models.get(1n);
  if (model === undefined) throw new Error("no model");
  return model;
}

test("limits of an issue are those of the twin, at any time", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ days: fc.nat(300), thousandths: fc.bigInt(10n, 200n) }), {
        maxLength: 12,
      }),
      fc.nat(400),
      (issues, later) => {
        const market = opened();
        const twin = new ShareBook(
          [
            { holder: ADA, amount: 700_000n },
            { holder: BEN, amount: 300_000n },
          ],
          new Map(),
        );
        for (const { days, thousandths } of issues) {
          market.timeSeconds += BigInt(days) * 86_400n;
          const amount = (twin.supply * thousandths) / 1_000n;
          try {
            // The event is written in the next block, a minute later.
            twin.issue(CYD, amount, market.timeSeconds + 60n);
          } catch (error) {
            if (error instanceof SplitterError) continue;
            throw error;
          }
          market.issue(1n, CYD, amount);
        }
        const now = market.timeSeconds + BigInt(later) * 86_400n;
        const { least, most } = issueLimits(modelOf(market), now);
        expect(most).toBe(twin.issuable(now));
        expect(codeOf(() => twin.issue(CYD, least - 1n, now))).toMatch(/issue-too-(small|large)/);
        if (least <= most) expect(codeOf(() => twin.issue(CYD, least, now))).toBe("accepted");
      },
    ),
    { numRuns: 100 },
  );
});

test("an issue stops counting at the second in which 365 days are over", () => {
  const market = opened();
  market.issue(1n, CYD, 200_000n);
  const over = market.timeSeconds + 365n * 86_400n;
  expect(issueLimits(modelOf(market), over - 1n)).toEqual({
    least: 12_000n,
    most: 0n,
    moreAt: over,
  });
  expect(issueLimits(modelOf(market), over)).toEqual({
    least: 12_000n,
    most: 240_000n,
    moreAt: null,
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return "accepted";
  } catch (error) {
    if (error instanceof SplitterError) return error.code;
    throw error;
  }
}
