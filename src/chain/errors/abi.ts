import type { Abi } from "viem";
import { toFunctionSelector } from "viem";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelDaoAbi } from "../generated/modelDao.ts";
import { modelGovernorAbi } from "../generated/modelGovernor.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { modelSharesAbi } from "../generated/modelShares.ts";
import { modelTimelockAbi } from "../generated/modelTimelock.ts";
import { proverJuryAbi } from "../generated/proverJury.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { testDollarAbi } from "../generated/testDollar.ts";
import { umaArbitratorAbi } from "../generated/umaArbitrator.ts";
import { usageChannelAbi } from "../generated/usageChannel.ts";

type AbiError = Extract<Abi[number], { type: "error" }>;

/** Of every contract of the studio. */
export const CONTRACT_ABIS: readonly Abi[] = [
  licenceTokenAbi,
  modelDaoAbi,
  modelGovernorAbi,
  modelRegistryAbi,
  modelSharesAbi,
  modelTimelockAbi,
  proverJuryAbi,
  proverNetworkAbi,
  revenueSplitterAbi,
  testDollarAbi,
  umaArbitratorAbi,
  usageChannelAbi,
];

/**
 * Every custom error of the contracts, once. A call may fail with the error of a contract that it
 * calls on, so they are looked up together.
 */
export const ERRORS: readonly AbiError[] = [
  ...new Map(
    CONTRACT_ABIS.flatMap((abi) =>
      abi.filter((item): item is AbiError => item.type === "error"),
    ).map((item) => [toFunctionSelector(signature(item)), item]),
  ).values(),
];

function signature({ name, inputs }: AbiError): string {
  return `${name}(${inputs.map(({ type }) => type).join(",")})`;
}
