import { createTestClient, http } from "viem";
import type { Deployment } from "./config.ts";

/** The local chain makes a block for each transaction only, so that waiting for some needs a hand. */
export async function mineLocal({ chain, rpcUrl }: Deployment, blocks: number): Promise<void> {
  if (rpcUrl === null) throw new RangeError("only the local chain can be told to mine");
  const client = createTestClient({ chain, mode: "anvil", transport: http(rpcUrl) });
  await client.mine({ blocks });
}
