import { createPublicClient, http } from "viem";
import type { PublicClient } from "viem";
import type { RegistryEpoch, RegistryView } from "@/fingerprint/registryCheck.ts";
import type { ChainAddresses } from "../addresses/schema.ts";
import { ChainError } from "../errors/chainError.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { fetchLocalMarket } from "../localMarket.ts";

const TIMEOUT_MS = 10_000;

/**
 * The registry of the page's own local chain, read over HTTP without a wallet.
 *
 * @returns null when there is no such chain, or it does not answer
 */
export async function openRegistryView(): Promise<RegistryView | null> {
  const market = await fetchLocalMarket();
  if (market === null) return null;
  const url = new URL(market.rpc, document.baseURI).href;
  const transport = http(url, { batch: { wait: 8 }, retryCount: 1, timeout: TIMEOUT_MS });
  try {
    return await readRegistryView(createPublicClient({ transport }), market.addresses);
  } catch {
    // A verdict does not wait for a chain; it says that none could be asked.
    return null;
  }
}

/**
 * All commitments and draws of a registry up to the latest block. Nothing of what is asked tells which
 * of them matters.
 *
 * @throws ChainError when the node's logs and its state do not agree
 */
export async function readRegistryView(
  client: PublicClient,
  { chainId, contracts, firstBlock }: Pick<ChainAddresses, "chainId" | "contracts" | "firstBlock">,
): Promise<RegistryView> {
  const registry = contracts.registry;
  const head = await client.getBlockNumber({ cacheTime: 0 });
  const [events, drawn] = await Promise.all([
    client.getContractEvents({
      address: registry,
      abi: modelRegistryAbi,
      fromBlock: BigInt(firstBlock),
      toBlock: head,
      strict: true,
    }),
    client.readContract({
      address: registry,
      abi: modelRegistryAbi,
      functionName: "drawCount",
      blockNumber: head,
    }),
  ]);
  const epochs = new Map<string, RegistryEpoch>();
  const draws: number[] = [];
  const change = (id: string, patch: Partial<RegistryEpoch>): void => {
    const known = epochs.get(id);
    if (known !== undefined) epochs.set(id, { ...known, ...patch });
  };
  for (const { eventName, args, blockNumber } of events) {
    const block = Number(blockNumber);
    if (eventName === "EpochCommitted") {
      const { model, epoch, root, manifestHash } = args;
      const id = { model: model.toString(), epoch };
      epochs.set(`${model}/${epoch}`, {
        ...id,
        root,
        manifestHash,
        commitBlock: block,
        beacon: null,
      });
      draws.push(block);
    } else if (eventName === "EpochRecommitted") {
      change(`${args.model}/${args.epoch}`, { commitBlock: block });
      draws.push(block);
    } else if (eventName === "BeaconSealed") {
      change(`${args.model}/${args.epoch}`, { beacon: args.beacon });
    }
  }
  if (BigInt(draws.length) !== drawn) {
    throw new ChainError(
      "CHAIN_UNAVAILABLE",
      "The node left out some of the registry's events.",
      "Ask another node.",
    );
  }
  return { chainId, registry, block: Number(head), epochs: [...epochs.values()], draws };
}
