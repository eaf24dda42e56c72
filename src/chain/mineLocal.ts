import { createTestClient, http } from "viem";
import type { Deployment } from "./config.ts";

type LocalNode = Pick<Deployment, "chain" | "rpcUrl">;

function testClient({ chain, rpcUrl }: LocalNode) {
  if (rpcUrl === null) throw new RangeError("only the local chain can be told to mine");
  return createTestClient({ chain, mode: "anvil", transport: http(rpcUrl) });
}

/** The local chain makes a block for each transaction only, so that waiting for some needs a hand. */
export async function mineLocal(deployment: LocalNode, blocks: number): Promise<void> {
  await testClient(deployment).mine({ blocks });
}

/**
 * Lets time pass on the local chain: its next block has this time, and its clock goes on from there.
 *
 * @param untilSeconds Unix, later than the latest block
 */
export async function passTimeLocal(deployment: LocalNode, untilSeconds: bigint): Promise<void> {
  const client = testClient(deployment);
  await client.setNextBlockTimestamp({ timestamp: untilSeconds });
  await client.mine({ blocks: 1 });
}
