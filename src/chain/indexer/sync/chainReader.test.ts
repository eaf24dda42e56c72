import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FakeChain } from "../fixtures/fakeChain.ts";
import { SYNTHETIC_CONTRACTS } from "../fixtures/syntheticEvents.ts";
import { reduce, reduceAll } from "../reduce.ts";
import { emptyState, type ChainState } from "../state.ts";
import { ChainReader } from "./chainReader.ts";
import { REWIND_BLOCKS } from "./checkpoints.ts";

const target = { contracts: SYNTHETIC_CONTRACTS, firstBlock: 0n };
const fromScratch = (chain: FakeChain): ChainState =>
  reduceAll(emptyState(SYNTHETIC_CONTRACTS), chain.allLogs);
const quiet = (): void => undefined;

test("any history of blocks and re-organisations ends in the state of a replay from scratch", async () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant("grow" as const), blocks: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      act: fc.constant("reorganise" as const),
      depth: fc.integer({ min: 1, max: 90 }),
      blocks: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({ act: fc.constant("sync" as const) }),
    fc.record({ act: fc.constant("restart" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.array(step, { minLength: 3, maxLength: 14 }),
      async (seed, steps) => {
        const chain = new FakeChain(seed);
        let reader = new ChainReader(chain, target);
        for (const taken of steps) {
          if (taken.act === "grow") chain.grow(taken.blocks);
          else if (taken.act === "reorganise") chain.reorganise(taken.depth, taken.blocks);
          else if (taken.act === "sync") await reader.sync(quiet);
          else reader = new ChainReader(chain, target, structuredClone(reader.kept));
        }
        await reader.sync(quiet);
        expect(reader.block).toBe(BigInt(chain.height - 1));
        expect(reader.state).toEqual(fromScratch(chain));
      },
    ),
    { numRuns: 40 },
  );
});

test("a re-organisation in the middle of reading is noticed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.array(fc.nat(12), { maxLength: 5 }), async (seed, moments) => {
      const chain = new FakeChain(seed);
      chain.grow(60);
      chain.maxBlocks = 7n;
      const reader = new ChainReader(chain, target);
      await reader.sync(quiet);
      chain.grow(20);
      let asked = 0;
      chain.beforeAnswer = () => {
        asked += 1;
        if (moments.includes(asked)) chain.reorganise(9, 11);
      };
      await reader.sync(quiet);
      chain.beforeAnswer = quiet;
      await reader.sync(quiet);
      expect(reader.state).toEqual(fromScratch(chain));
    }),
    { numRuns: 40 },
  );
});

test("a re-organisation of 64 blocks is replayed from a kept state, not from the beginning", async () => {
  const chain = new FakeChain(3);
  chain.grow(300);
  const reader = new ChainReader(chain, target);
  for (let n = 0; n < 100; n++) {
    chain.grow(1);
    await reader.sync(quiet);
  }
  expect(reader.kept.length).toBeLessThan(14);
  chain.reorganise(Number(REWIND_BLOCKS), 70);
  let first = chain.height;
  const node = {
    header: (block: bigint | "latest") => chain.header(block),
    logs: (from: bigint, to: bigint, addresses: Parameters<FakeChain["logs"]>[2]) => {
      first = Math.min(first, Number(from));
      return chain.logs(from, to, addresses);
    },
  };
  const resumed = new ChainReader(node, target, reader.kept);
  await resumed.sync(quiet);
  expect(first).toBeGreaterThan(300);
  expect(resumed.state).toEqual(fromScratch(chain));
});

test("limits of a node on blocks and results make ranges smaller until they are answered", async () => {
  const chain = new FakeChain(5);
  chain.grow(500);
  chain.maxBlocks = 37n;
  chain.maxLogs = 20;
  const reader = new ChainReader(chain, target);
  await reader.sync(quiet);
  expect(reader.state).toEqual(fromScratch(chain));
});

test("a node that refuses even a single block is an error, and what was read stays", async () => {
  const chain = new FakeChain(5);
  chain.grow(20);
  const reader = new ChainReader(chain, target);
  await reader.sync(quiet);
  chain.grow(5);
  chain.maxBlocks = 0n;
  await expect(reader.sync(quiet)).rejects.toMatchObject({ code: "RANGE_REFUSED" });
  expect(reader.block).toBe(20n);
});

test("one log after another gives the same as all at once, and changes no earlier state", () => {
  const chain = new FakeChain(8);
  chain.grow(150);
  const start = emptyState(SYNTHETIC_CONTRACTS);
  const half = reduceAll(start, chain.allLogs.slice(0, 100));
  const copy = structuredClone(half);
  const whole = chain.allLogs.slice(100).reduce(reduce, half);
  expect(half).toEqual(copy);
  expect(whole).toEqual(fromScratch(chain));
});
