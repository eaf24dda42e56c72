// @ts-check
import { rpc } from "./rpc.mjs";

/** How far the instruction BLOCKHASH reaches; beyond, contracts ask the history of EIP-2935. */
const REACH = 256n;
const BEACON_DELAY = 8n;

/**
 * After a restart anvil answers BLOCKHASH for earlier blocks with hashes that it makes up, while the
 * history of EIP-2935 is right. So where a beacon of before the restart is still to be sealed, enough
 * blocks are mined for the registry to take its hash from the history.
 *
 * @param {import("./sender.mjs").Clients} clients
 * @param {import("./demoMarket.mjs").Code} code
 * @param {import("./plan.mjs").Hex} address of the registry
 * @returns {Promise<number>} blocks that were mined
 */
export async function keepBeaconsTrue({ client }, code, address) {
  const { abi } = code.ARTEFACTS.ModelRegistry;
  const head = await client.getBlockNumber();
  const count = await client.readContract({ address, abi, functionName: "modelCount" });
  let last = 0n;
  for (let model = 1n; model <= count; model += 1n) {
    const epochs = await client.readContract({
      address,
      abi,
      functionName: "epochCount",
      args: [model],
    });
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      const { beacon, commitBlock } = await client.readContract({
        address,
        abi,
        functionName: "epochOf",
        args: [model, epoch],
      });
      const block = commitBlock + BEACON_DELAY;
      if (/^0x0+$/.test(beacon) && block <= head && block > last) last = block;
    }
  }
  const missing = last === 0n ? 0n : last + REACH + 1n - head;
  if (missing <= 0n) return 0;
  await rpc(client.transport.url, "anvil_mine", [`0x${missing.toString(16)}`]);
  return Number(missing);
}
