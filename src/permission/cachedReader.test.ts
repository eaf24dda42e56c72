import { expect, test } from "vitest";
import { cachedReader, type CacheOptions } from "./cachedReader.ts";
import type { ChainFacts } from "./chainReader.ts";
import { FACTS, host } from "./testing/world.ts";

function chain(changed: Partial<CacheOptions> = {}) {
  const world = { now: 1_000, reads: 0, isDown: false, block: 1n, hold: Promise.resolve() };
  const reader = cachedReader(
    {
      async factsOf(): Promise<ChainFacts> {
        world.reads += 1;
        const { isDown, block } = world;
        await world.hold;
        if (isDown) throw new Error("no answer");
        return { ...FACTS, blockNumber: block };
      },
      async isValidSignature() {
        world.reads += 1;
        if (world.isDown) throw new Error("no answer");
        return true;
      },
    },
    { ttlSeconds: 12, mode: "strict", staleSeconds: 600, now: () => world.now, ...changed },
  );
  const read = () => reader.factsOf(2n, host.address);
  return { world, reader, read };
}

test("Facts are read once for many callers and kept for a while", async () => {
  const { world, read } = chain();
  const [first, second] = await Promise.all([read(), read()]);
  expect(first).toEqual(second);
  world.now += 12;
  expect((await read()).ageSeconds).toBe(12);
  expect(world.reads).toBe(1);
  world.now += 1;
  world.block = 2n;
  expect((await read()).facts.blockNumber).toBe(2n);
});

test("A strict host serves nothing while the chain cannot be read", async () => {
  const { world, read } = chain();
  await read();
  world.isDown = true;
  world.now += 13;
  await expect(read()).rejects.toMatchObject({ code: "chain-unavailable", status: 503 });
});

test("A relaxed host goes on for a while, and says so", async () => {
  const { world, read } = chain({ mode: "relaxed" });
  world.isDown = true;
  await expect(read()).rejects.toMatchObject({ code: "chain-unavailable" });
  world.isDown = false;
  await read();
  world.isDown = true;
  world.now += 600;
  expect(await read()).toMatchObject({ isStale: true, ageSeconds: 600 });
  world.now += 1;
  await expect(read()).rejects.toMatchObject({ code: "chain-unavailable" });
});

test("What was forgotten is read again, and a read under way does not bring it back", async () => {
  const { world, reader, read } = chain();
  let release = () => {};
  world.hold = new Promise((resolve) => {
    release = resolve;
  });
  const old = read();
  reader.forget(2n, host.address);
  world.block = 2n;
  const fresh = read();
  release();
  expect((await old).facts.blockNumber).toBe(1n);
  expect((await fresh).facts.blockNumber).toBe(2n);
  expect((await read()).facts.blockNumber).toBe(2n);
});

test("A signature of a contract is asked for once", async () => {
  const { world, reader } = chain();
  const ask = () => reader.isValidSignature(host.address, "0x01", "0x02");
  expect(await ask()).toBe(true);
  expect(await ask()).toBe(true);
  expect(world.reads).toBe(1);
  world.now += 13;
  world.isDown = true;
  await expect(ask()).rejects.toMatchObject({ code: "chain-unavailable" });
});

test("No more pairs are remembered than asked for", async () => {
  const { world, reader } = chain({ maxEntries: 2 });
  for (const licence of [1n, 2n, 3n, 1n]) await reader.factsOf(licence, host.address);
  expect(world.reads).toBe(4);
});
