import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  parseAbi,
  zeroAddress,
  type Address,
  type PublicClient,
} from "viem";
import { licenceTokenAbi } from "@/chain/generated/licenceToken.ts";
import { usageChannelAbi } from "@/chain/generated/usageChannel.ts";
import type { ChainReader } from "@/permission/chainReader.ts";

const ERC1271 = parseAbi(["function isValidSignature(bytes32, bytes) view returns (bytes4)"]);
const ERC1271_MAGIC = "0x1626ba7e";

/** Reads what a host needs over JSON-RPC, each time from one block. */
export function viemReader(
  client: PublicClient,
  contracts: { channel: Address; licences: Address },
): ChainReader {
  const licenceToken = { address: contracts.licences, abi: licenceTokenAbi } as const;
  const usageChannel = { address: contracts.channel, abi: usageChannelAbi } as const;
  return {
    async factsOf(licence, host) {
      const { number: blockNumber, timestamp: blockTime } = await client.getBlock();
      const at = { blockNumber };
      const pair = [licence, host] as const;
      const [owner, held, nonce, channel] = await Promise.all([
        orNull(
          client.readContract({ ...licenceToken, functionName: "ownerOf", args: [licence], ...at }),
        ),
        orNull(
          client.readContract({
            ...licenceToken,
            functionName: "licenceOf",
            args: [licence],
            ...at,
          }),
        ),
        client.readContract({ ...usageChannel, functionName: "nonceOf", args: pair, ...at }),
        client.readContract({ ...usageChannel, functionName: "channelOf", args: pair, ...at }),
      ]);
      return {
        blockNumber,
        blockTime,
        licence:
          owner === null || held === null
            ? null
            : { owner, model: held.model, expires: held.expires },
        nonce,
        channel: channel.holder === zeroAddress ? null : channel,
      };
    },

    async isValidSignature(signer, digest, signature) {
      const call = { address: signer, abi: ERC1271, functionName: "isValidSignature" } as const;
      const answer = await orNull(client.readContract({ ...call, args: [digest, signature] }));
      return answer === ERC1271_MAGIC;
    },
  };
}

/** Null where the contract reverts or there is none; other failures are thrown on. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const isAnswer =
      error instanceof BaseError &&
      error.walk(
        (cause) =>
          cause instanceof ContractFunctionRevertedError ||
          cause instanceof ContractFunctionZeroDataError,
      ) !== null;
    if (isAnswer) return null;
    throw error;
  }
}
