import { queryOptions } from "@tanstack/react-query";
import { encodeAbiParameters, getAbiItem, isAddressEqual, keccak256, zeroAddress } from "viem";
import type { Address, Hex } from "viem";
import type { Config } from "wagmi";
import type { ChannelFacts } from "@/permission/chainReader.ts";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { usageChannelAbi } from "../generated/usageChannel.ts";
import { chainKey } from "./keys.ts";

/** What a holder needs of the chain to open a channel or to sign a permission, all of one block. */
export interface PairReading {
  /** Unix seconds of the block. */
  readonly time: bigint;
  readonly owner: Address;
  readonly model: bigint;
  /** Last second in force. */
  readonly expires: bigint;
  /** Calls that no channel has reserved; 2^64 - 1 without limit. */
  readonly quota: bigint;
  /** Terms that the licence was bought under, for its permission. */
  readonly termsHash: Hex;
  /** For the next permission. */
  readonly nonce: bigint;
  /** Null while no channel is open. */
  readonly channel: ChannelFacts | null;
}

export function pairQuery(
  config: Config,
  { chainId, contracts, rpcUrl }: Deployment,
  licence: bigint,
  host: Address,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "channel", String(licence), host),
    queryFn: () => readPair(config, chainId, contracts, licence, host),
    refetchInterval: rpcUrl === null ? 12_000 : 3_000,
  });
}

async function readPair(
  config: Config,
  chainId: number,
  contracts: Deployment["contracts"],
  licence: bigint,
  host: Address,
): Promise<PairReading> {
  const client = readClient(config, chainId);
  const { number: blockNumber, timestamp: time } = await client.getBlock();
  const licences = { address: contracts.licences, abi: licenceTokenAbi, blockNumber } as const;
  const usage = { address: contracts.channel, abi: usageChannelAbi, blockNumber } as const;
  const [owner, held, nonce, channel] = await Promise.all([
    client.readContract({ ...licences, functionName: "ownerOf", args: [licence] }),
    client.readContract({ ...licences, functionName: "licenceOf", args: [licence] }),
    client.readContract({ ...usage, functionName: "nonceOf", args: [licence, host] }),
    client.readContract({ ...usage, functionName: "channelOf", args: [licence, host] }),
  ]);
  const { model, kind, version } = held;
  const terms = await client.readContract({
    ...licences,
    functionName: "kindOf",
    args: [model, kind, version],
  });
  // As the contract hashes them.
  const { outputs } = getAbiItem({ abi: licenceTokenAbi, name: "kindOf" });
  return {
    time,
    owner,
    model,
    expires: held.expires,
    quota: held.quota,
    termsHash: keccak256(encodeAbiParameters(outputs, [terms])),
    nonce,
    channel: isAddressEqual(channel.holder, zeroAddress) ? null : channel,
  };
}
