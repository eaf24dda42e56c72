import type { Abi, Hex } from "viem";
import {
  licenceTokenAbi,
  licenceTokenBytecode,
  licenceTokenRuntime,
} from "../generated/licenceToken.ts";
import { modelDaoAbi, modelDaoBytecode, modelDaoRuntime } from "../generated/modelDao.ts";
import {
  modelGovernorAbi,
  modelGovernorBytecode,
  modelGovernorRuntime,
} from "../generated/modelGovernor.ts";
import {
  modelRegistryAbi,
  modelRegistryBytecode,
  modelRegistryRuntime,
} from "../generated/modelRegistry.ts";
import {
  modelSharesAbi,
  modelSharesBytecode,
  modelSharesRuntime,
} from "../generated/modelShares.ts";
import {
  modelTimelockAbi,
  modelTimelockBytecode,
  modelTimelockRuntime,
} from "../generated/modelTimelock.ts";
import { proverJuryAbi, proverJuryBytecode, proverJuryRuntime } from "../generated/proverJury.ts";
import {
  proverNetworkAbi,
  proverNetworkBytecode,
  proverNetworkRuntime,
} from "../generated/proverNetwork.ts";
import {
  revenueSplitterAbi,
  revenueSplitterBytecode,
  revenueSplitterRuntime,
} from "../generated/revenueSplitter.ts";
import { testDollarAbi, testDollarBytecode, testDollarRuntime } from "../generated/testDollar.ts";
import {
  usageChannelAbi,
  usageChannelBytecode,
  usageChannelRuntime,
} from "../generated/usageChannel.ts";

/** What a script needs to deploy a contract and to know it again on a chain. */
export interface Artefact {
  abi: Abi;
  bytecode: Hex;
  /** The code's keccak256 with zeros where immutables are, and the ranges [start, length] of those. */
  runtime: { hash: Hex; immutables: readonly (readonly [start: number, length: number])[] };
}

/** Every contract that is deployed, by name. */
export const ARTEFACTS = {
  ModelShares: { abi: modelSharesAbi, bytecode: modelSharesBytecode, runtime: modelSharesRuntime },
  ModelRegistry: {
    abi: modelRegistryAbi,
    bytecode: modelRegistryBytecode,
    runtime: modelRegistryRuntime,
  },
  RevenueSplitter: {
    abi: revenueSplitterAbi,
    bytecode: revenueSplitterBytecode,
    runtime: revenueSplitterRuntime,
  },
  LicenceToken: {
    abi: licenceTokenAbi,
    bytecode: licenceTokenBytecode,
    runtime: licenceTokenRuntime,
  },
  UsageChannel: {
    abi: usageChannelAbi,
    bytecode: usageChannelBytecode,
    runtime: usageChannelRuntime,
  },
  ProverNetwork: {
    abi: proverNetworkAbi,
    bytecode: proverNetworkBytecode,
    runtime: proverNetworkRuntime,
  },
  ProverJury: { abi: proverJuryAbi, bytecode: proverJuryBytecode, runtime: proverJuryRuntime },
  ModelGovernor: {
    abi: modelGovernorAbi,
    bytecode: modelGovernorBytecode,
    runtime: modelGovernorRuntime,
  },
  ModelTimelock: {
    abi: modelTimelockAbi,
    bytecode: modelTimelockBytecode,
    runtime: modelTimelockRuntime,
  },
  ModelDao: { abi: modelDaoAbi, bytecode: modelDaoBytecode, runtime: modelDaoRuntime },
  TestDollar: { abi: testDollarAbi, bytecode: testDollarBytecode, runtime: testDollarRuntime },
} satisfies Record<string, Artefact>;

export type ContractName = keyof typeof ARTEFACTS;
