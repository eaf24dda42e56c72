import { array, assert, bigInt, constantFrom, nat, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ancestor } from "./lineage.ts";
import { ZERO_ADDRESS } from "./shareBook.ts";
import { divide, MAX_AMOUNT, Splitter } from "./splitter.ts";
import { SplitterError } from "./splitterError.ts";

const COIN = ZERO_ADDRESS;
const DOLLAR = "dollar";
const YEAR = 365n * 86_400n;

const ancestors = (list: readonly (readonly [number, number])[]): Ancestor[] =>
  list.map(([model, ppm]) => ({ model: BigInt(model), ppm: BigInt(ppm) }));

function splitterWith(lineages: Record<string, [number, number][]> = {}): Splitter {
  return new Splitter((model) => ancestors(lineages[String(model)] ?? []));
}

/** Model 1 with three quarters for Ada and one for Ben. */
function shared(lineages: Record<string, [number, number][]> = {}): Splitter {
  const splitter = splitterWith(lineages);
  splitter.openShares(1n, [
    { holder: "ada", amount: 750_000n },
    { holder: "ben", amount: 250_000n },
  ]);
  return splitter;
}

const claimables = (splitter: Splitter) =>
  ["ada", "ben", "cyd"].map((holder) => splitter.claimable(1n, COIN, holder));

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SplitterError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("division", () => {
  test("an ancestor's parts follow from the total", () => {
    const lineage = ancestors([
      [3, 160_000],
      [2, 32_000],
      [1, 8_000],
    ]);
    expect(divide(1_000_000n, lineage)).toEqual({
      model: 800_000n,
      ancestors: [160_000n, 32_000n, 8_000n],
      waiting: 0n,
    });
  });

  test("fractions of four parents wait until they are whole", () => {
    const lineage = ancestors([1, 2, 3, 4].map((model) => [model, 125_000]));
    // 7 units: seven eighths each, three and a half together.
    expect(divide(7n, lineage)).toEqual({ model: 4n, ancestors: [0n, 0n, 0n, 0n], waiting: 3n });
    expect(divide(8n, lineage)).toEqual({ model: 4n, ancestors: [1n, 1n, 1n, 1n], waiting: 0n });
  });

  test("small payments add up, and the model's part never falls", () => {
    const splitter = splitterWith({ 5: [1, 2, 3, 4].map((model) => [model, 125_000]) });
    const own = Array.from({ length: 8 }, () => {
      splitter.pay(5n, COIN, 1n);
      return splitter.potOf(5n, COIN).own;
    });
    expect(own).toEqual([1n, 1n, 2n, 2n, 3n, 3n, 4n, 4n]);
    expect(splitter.potOf(1n, COIN)).toEqual({ gross: 0n, own: 1n });
    expect(splitter.held(COIN)).toBe(8n);
  });

  test("tokens and models are kept apart", () => {
    const splitter = splitterWith({ 2: [[1, 500_000]] });
    splitter.pay(2n, COIN, 10n);
    splitter.pay(2n, DOLLAR, 30n);
    splitter.pay(1n, COIN, 5n);
    expect(splitter.potOf(1n, COIN)).toEqual({ gross: 5n, own: 10n });
    expect(splitter.potOf(1n, DOLLAR)).toEqual({ gross: 0n, own: 15n });
    expect(splitter.potOf(2n, DOLLAR)).toEqual({ gross: 30n, own: 15n });
  });

  test("pots fill up to 128 bits and no further", () => {
    const splitter = splitterWith({ 2: [[1, 500_000]], 3: [[1, 500_000]] });
    splitter.pay(2n, COIN, MAX_AMOUNT);
    expect(codeOf(() => splitter.pay(2n, COIN, 1n))).toBe("amount-too-large");
    splitter.pay(3n, COIN, MAX_AMOUNT);
    expect(splitter.potOf(1n, COIN).own).toBe(MAX_AMOUNT - 1n);
    expect(codeOf(() => splitter.pay(1n, COIN, 2n))).toBe("amount-too-large");
    expect(codeOf(() => splitter.pay(4n, COIN, MAX_AMOUNT + 1n))).toBe("amount-too-large");
    expect(splitter.held(COIN)).toBe(2n * MAX_AMOUNT);
  });
});

describe("shares", () => {
  test("income stays and later income goes along", () => {
    const splitter = shared();
    splitter.pay(1n, COIN, 100n);
    splitter.transferShares(1n, "ada", "cyd", 250_000n);
    expect(claimables(splitter)).toEqual([75n, 25n, 0n]);
    splitter.pay(1n, COIN, 100n);
    expect(claimables(splitter)).toEqual([125n, 50n, 25n]);
    splitter.transferShares(1n, "cyd", "cyd", 250_000n);
    splitter.transferShares(1n, "cyd", "ben", 250_000n);
    splitter.pay(1n, COIN, 4n);
    expect(claimables(splitter)).toEqual([127n, 52n, 25n]);
    expect(splitter.claim(1n, COIN, "cyd")).toBe(25n);
    expect(codeOf(() => splitter.claim(1n, COIN, "cyd"))).toBe("nothing-to-claim");
  });

  test("fractions are carried from claim to claim", () => {
    const splitter = splitterWith();
    splitter.openShares(1n, [
      { holder: "ada", amount: 333_333n },
      { holder: "ben", amount: 666_667n },
    ]);
    splitter.pay(1n, COIN, 3n);
    expect(codeOf(() => splitter.claim(1n, COIN, "ada"))).toBe("nothing-to-claim");
    expect(splitter.claim(1n, COIN, "ben")).toBe(2n);
    splitter.pay(1n, COIN, 999_997n);
    expect(splitter.claim(1n, COIN, "ada")).toBe(333_333n);
    expect(splitter.claim(1n, COIN, "ben")).toBe(666_665n);
    expect(splitter.held(COIN)).toBe(0n);
  });

  test("income before the opening is the first holders'", () => {
    const splitter = splitterWith();
    splitter.pay(1n, COIN, 100n);
    splitter.openShares(1n, [{ holder: "ada", amount: 1_000_000n }]);
    expect(splitter.claimable(1n, COIN, "ada")).toBe(100n);
  });

  test("new shares earn only what comes after them", () => {
    const splitter = shared();
    splitter.pay(1n, COIN, 107n);
    // 80.25 and 26.75, of which the fractions end with the epoch.
    splitter.issueShares(1n, "cyd", 200_000n, 0n);
    expect(claimables(splitter)).toEqual([80n, 26n, 0n]);
    splitter.pay(1n, COIN, 120n);
    expect(claimables(splitter)).toEqual([155n, 51n, 20n]);
    splitter.claimMany([[1n, COIN]], "ada");
    splitter.claimMany([[1n, COIN]], "ben");
    splitter.claimMany([[1n, COIN]], "cyd");
    expect(splitter.held(COIN)).toBe(1n);
  });

  test("a fifth a year, and a hundredth at a time", () => {
    const splitter = shared();
    const issue = (amount: bigint, time: bigint) =>
      codeOf(() => splitter.issueShares(1n, "cyd", amount, time));
    expect(issue(9_999n, 0n)).toBe("issue-too-small");
    expect(issue(200_001n, 0n)).toBe("issue-too-large");
    expect(issue(100_000n, 0n)).toBe("accepted");
    expect(issue(100_000n, 300n * 86_400n)).toBe("accepted");
    expect(issue(12_000n, YEAR - 1n)).toBe("issue-too-large");
    expect(issue(120_001n, YEAR)).toBe("issue-too-large");
    expect(issue(120_000n, YEAR)).toBe("accepted");
    expect(splitter.sharesOf(1n)?.supply).toBe(1_320_000n);
    expect(splitter.sharesOf(1n)?.epoch).toBe(3);
    expect(codeOf(() => splitter.issueShares(1n, COIN, 20_000n, 3n * YEAR))).toBe("zero-receiver");
  });

  test("are a million, for distinct holders, opened once", () => {
    const open = (holdings: [string, bigint][]) =>
      codeOf(() =>
        splitterWith().openShares(
          1n,
          holdings.map(([holder, amount]) => ({ holder, amount })),
        ),
      );
    expect(open([["ada", 1_000_000n]])).toBe("accepted");
    expect(open([])).toBe("bad-holders");
    expect(open([["ada", 999_999n]])).toBe("bad-holders");
    expect(open([[ZERO_ADDRESS, 1_000_000n]])).toBe("bad-holders");
    const half = 500_000n;
    expect(
      open([
        ["ada", half],
        ["ada", half],
      ]),
    ).toBe("bad-holders");
    expect(
      open([
        ["ada", 1_000_000n],
        ["ben", 0n],
      ]),
    ).toBe("bad-holders");
    const many = (count: number): [string, bigint][] =>
      Array.from({ length: count }, (_, i) => [`h${i}`, i === 0 ? 1_000_001n - BigInt(count) : 1n]);
    expect(open(many(64))).toBe("accepted");
    expect(open(many(65))).toBe("bad-holders");
    expect(codeOf(() => shared().openShares(1n, []))).toBe("shares-already-open");
  });

  test("that are not there are neither moved nor issued", () => {
    const splitter = shared();
    const move = (to: string, amount: bigint) =>
      codeOf(() => splitter.transferShares(1n, "ben", to, amount));
    expect(move("cyd", 250_001n)).toBe("not-enough-shares");
    expect(move("cyd", -1n)).toBe("bad-amount");
    expect(move(ZERO_ADDRESS, 1n)).toBe("zero-receiver");
    expect(codeOf(() => splitter.transferShares(2n, "ben", "cyd", 1n))).toBe("shares-not-open");
    expect(codeOf(() => splitter.issueShares(2n, "ben", 1n, 0n))).toBe("shares-not-open");
  });
});

describe("modules, credit and gifts", () => {
  test("a deposit is the module's until it is spent", () => {
    const splitter = shared();
    splitter.deposit("channel", COIN, 100n);
    splitter.split("channel", 1n, COIN, 60n);
    splitter.credit("channel", "ben", COIN, 30n);
    expect(splitter.moduleBalanceOf("channel", COIN)).toBe(10n);
    expect(splitter.potOf(1n, COIN)).toEqual({ gross: 60n, own: 60n });
    expect(splitter.held(COIN)).toBe(100n);
    expect(splitter.withdraw("ben", COIN)).toBe(30n);
    expect(splitter.held(COIN)).toBe(70n);
    expect(codeOf(() => splitter.withdraw("ben", COIN))).toBe("nothing-to-claim");
    expect(codeOf(() => splitter.split("channel", 1n, COIN, 11n))).toBe("module-balance-too-low");
    expect(codeOf(() => splitter.credit("licence", "ben", COIN, 1n))).toBe(
      "module-balance-too-low",
    );
    expect(codeOf(() => splitter.credit("channel", ZERO_ADDRESS, COIN, 1n))).toBe("zero-receiver");
    expect(codeOf(() => splitter.split("channel", 1n, COIN, -1n))).toBe("bad-amount");
    expect(codeOf(() => splitter.pay(1n, COIN, -1n))).toBe("bad-amount");
  });

  test("what came by force is nobody's until it is swept", () => {
    const splitter = shared();
    splitter.donate(COIN, 8n);
    expect(splitter.held(COIN)).toBe(0n);
    expect(splitter.balance(COIN)).toBe(8n);
    expect(splitter.sweepDonation(1n, COIN)).toBe(8n);
    expect(claimables(splitter)).toEqual([6n, 2n, 0n]);
    expect(splitter.balance(COIN)).toBe(8n);
    expect(codeOf(() => splitter.sweepDonation(1n, COIN))).toBe("nothing-to-claim");
  });
});

test("whatever happens, nothing is lost and nothing is owed twice", () => {
  const step = record({
    what: constantFrom("pay", "move", "claim", "issue"),
    model: constantFrom(1n, 2n, 3n),
    from: nat(2),
    to: nat(2),
    size: bigInt(0n, 10n ** 24n),
  });
  const people = ["ada", "ben", "cyd"];
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const splitter = splitterWith({
        2: [[1, 333_333]],
        3: [
          [2, 111_111],
          [1, 222_222],
        ],
      });
      for (const model of [1n, 2n, 3n]) {
        splitter.openShares(model, [
          { holder: "ada", amount: 333_333n },
          { holder: "ben", amount: 666_667n },
        ]);
      }
      let claimed = 0n;
      let time = 0n;
      let epochs = 3n;
      for (const { what, model, from, to, size } of steps) {
        const book = splitter.sharesOf(model);
        if (!book) throw new Error("unopened");
        if (what === "pay") splitter.pay(model, COIN, size % 3n === 0n ? size : size % 20n);
        if (what === "claim") {
          claimed += splitter.claimMany([[model, COIN]], people[from])[0];
        }
        if (what === "move") {
          const amount = size % (book.balanceOf(people[from]) + 1n);
          splitter.transferShares(model, people[from], people[to], amount);
        }
        if (what === "issue") {
          time += YEAR;
          const least = (book.supply + 99n) / 100n;
          splitter.issueShares(
            model,
            people[to],
            least + (size % (book.supply / 5n - least + 1n)),
            time,
          );
          epochs += 1n;
        }
      }
      const models = [1n, 2n, 3n];
      const sum = (list: bigint[]) => list.reduce((total, each) => total + each, 0n);
      const gross = sum(models.map((model) => splitter.potOf(model, COIN).gross));
      const own = sum(models.map((model) => splitter.potOf(model, COIN).own));
      const waiting = sum(models.map((model) => splitter.waiting(model, COIN)));
      const owed = sum(
        models.flatMap((model) => people.map((holder) => splitter.claimable(model, COIN, holder))),
      );
      expect(own + waiting).toBe(gross);
      expect(splitter.held(COIN)).toBe(gross - claimed);
      const dust = own - claimed - owed;
      expect(dust >= 0n && dust < 3n * epochs).toBe(true);
    }),
  );
});
