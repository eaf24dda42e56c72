import {
  AbiDecodingDataSizeTooSmallError,
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  padHex,
  parseAbi,
  zeroAddress,
  type Address,
  type PublicClient,
} from "viem";
import { licenceTokenAbi } from "@/chain/generated/licenceToken.ts";
import { usageChannelAbi } from "@/chain/generated/usageChannel.ts";
import type { ChainReader } from "@/permission/chainReader.ts";

// The whole word is compared, as the channel contract does it.
const ERC1271 = parseAbi(["function isValidSignature(bytes32, bytes) view returns (bytes32)"]);
const ERC1271_MAGIC = padHex("0x1626ba7e", { dir: "right" });

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
      const answer = await orNull(client.readContract({ ...call, args: [digest, signature] }), [
        AbiDecodingDataSizeTooSmallError,
      ]);
      return answer === ERC1271_MAGIC;
    },
  };
}

/** What says that the contract has no such answer, rather than that it could not be asked. */
const NO_ANSWER = [ContractFunctionRevertedError, ContractFunctionZeroDataError] as const;

/** Null where the contract reverts or there is none; other failures are thrown on. */
async function orNull<T>(
  reading: Promise<T>,
  more: readonly (new (...args: never[]) => Error)[] = [],
): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const isAnswer =
      error instanceof BaseError &&
      error.walk((cause) => [...NO_ANSWER, ...more].some((kind) => cause instanceof kind)) !== null;
    if (isAnswer) return null;
    throw error;
  }
}
