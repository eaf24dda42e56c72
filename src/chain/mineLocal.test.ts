import { createPublicClient, defineChain, http } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAnvil, type Anvil } from "../../scripts/lib/chain/anvil.mjs";
import { mineLocal, passTimeLocal } from "./mineLocal.ts";

let anvil: Anvil;

beforeAll(async () => {
  anvil = await startAnvil({ port: 0 });
}, 60_000);

afterAll(() => anvil.stop(), 60_000);

function node() {
  const chain = defineChain({
    id: 31_337,
    name: "Local",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [anvil.url] } },
  });
  return { chain, rpcUrl: anvil.url };
}

test("time passes to the second, and goes on from there", async () => {
  const client = createPublicClient({ transport: http(anvil.url) });
  const { timestamp } = await client.getBlock();
  await passTimeLocal(node(), timestamp + 500_000n);
  expect((await client.getBlock()).timestamp).toBe(timestamp + 500_000n);
  await mineLocal(node(), 2);
  const after = await client.getBlock();
  expect(after.number).toBe(3n);
  expect(after.timestamp - timestamp - 500_000n).toBeLessThan(60n);
  await expect(passTimeLocal({ ...node(), rpcUrl: null }, 1n)).rejects.toThrow(RangeError);
});
