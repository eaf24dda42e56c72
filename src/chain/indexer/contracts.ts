import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelDaoAbi } from "../generated/modelDao.ts";
import { modelGovernorAbi } from "../generated/modelGovernor.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { modelSharesAbi } from "../generated/modelShares.ts";
import { modelTimelockAbi } from "../generated/modelTimelock.ts";
import { proverJuryAbi } from "../generated/proverJury.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { usageChannelAbi } from "../generated/usageChannel.ts";

/** The ABI of every contract whose events are read. */
export const CONTRACT_ABIS = {
  registry: modelRegistryAbi,
  splitter: revenueSplitterAbi,
  licences: licenceTokenAbi,
  channel: usageChannelAbi,
  provers: proverNetworkAbi,
  jury: proverJuryAbi,
  dao: modelDaoAbi,
  shares: modelSharesAbi,
  governor: modelGovernorAbi,
  timelock: modelTimelockAbi,
} as const;

export type ContractKind = keyof typeof CONTRACT_ABIS;

/** Those that stand alone; the others are cloned for a model and found by events. */
export const FIXED_CONTRACTS = [
  "registry",
  "splitter",
  "licences",
  "channel",
  "provers",
  "jury",
  "dao",
] as const satisfies readonly ContractKind[];
