import { encodeFunctionData, type Hex } from "viem";
import { localClients, sendLocal } from "../../scripts/lib/chain/sender.mjs";
import { modelRegistryAbi } from "../../src/chain/generated/modelRegistry.ts";
import type { TestChain } from "./chain.ts";

/** Where chains with EIP-2935 keep the hashes of old blocks. */
const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
const BLOCKS_BACK = 300;

/**
 * Registers a bank that was made before the chain was, and lets the registry seal the beacon that the bank
 * was trained with: the history of old blocks, which the registry asks after 256 blocks, is a stand-in
 * that always answers with it.
 */
export async function registerBank(
  chain: TestChain,
  registry: Hex,
  from: Hex,
  bank: { root: Hex; manifestHash: Hex; count: number; width: number; beacon: Hex },
): Promise<bigint> {
  const clients = localClients(chain.rpcUrl);
  const { beacon, ...commitment } = bank;
  const send = (data: Hex) => sendLocal(clients, from, { to: registry, data });
  await send(
    encodeFunctionData({ abi: modelRegistryAbi, functionName: "register", args: [commitment, []] }),
  );
  const model = await clients.client.readContract({
    address: registry,
    abi: modelRegistryAbi,
    functionName: "modelCount",
  });
  await chain.mine(BLOCKS_BACK);
  // PUSH32 beacon, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
  await chain.ask("anvil_setCode", [HISTORY, `0x7f${beacon.slice(2)}5f5260205ff3`]);
  await send(
    encodeFunctionData({ abi: modelRegistryAbi, functionName: "sealBeacon", args: [model, 0] }),
  );
  return model;
}
