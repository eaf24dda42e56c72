import { queryOptions } from "@tanstack/react-query";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { proverJuryAbi } from "../generated/proverJury.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import type { CaseRecord } from "../indexer/stateProvers.ts";
import { chainKey } from "./keys.ts";

/** The last block and its time, which is the time that contracts know. */
export function chainHead(config: Config, { chainId, rpcUrl }: Deployment) {
  return queryOptions({
    queryKey: chainKey(chainId, "head"),
    queryFn: async () => {
      const block = await readClient(config, chainId).getBlock();
      return { number: block.number, timeSeconds: block.timestamp };
    },
    refetchInterval: rpcUrl === null ? 12_000 : 2_000,
  });
}

/** A prover's stake with the number of cases and juries that hold it. */
export function stakeReading(config: Config, { chainId, contracts }: Deployment, prover: Address) {
  return queryOptions({
    queryKey: chainKey(chainId, "stake", prover),
    queryFn: () =>
      readClient(config, chainId).readContract({
        address: contracts.provers,
        abi: proverNetworkAbi,
        functionName: "stakeOf",
        args: [prover],
      }),
    refetchInterval: 15_000,
  });
}

/** A model's bounty in wei and the share of it that one case earns, in millionths. */
export function bountyReading(config: Config, { chainId, contracts }: Deployment, model: bigint) {
  return queryOptions({
    queryKey: chainKey(chainId, "bounty", String(model)),
    queryFn: async () => {
      const [amount, rewardPpm] = await readClient(config, chainId).readContract({
        address: contracts.provers,
        abi: proverNetworkAbi,
        functionName: "bountyOf",
        args: [model],
      });
      return { amount, rewardPpm };
    },
    refetchInterval: 15_000,
  });
}

/**
 * What the events do not tell of a case: who escalated it, bond and fee, and the arbitrator's price.
 * Asked anew after each change of the case.
 */
export function caseReading(
  config: Config,
  { chainId, contracts }: Deployment,
  { id: caseId, changed }: CaseRecord,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "case", String(caseId), changed.transaction),
    queryFn: async () => {
      const client = readClient(config, chainId);
      const network = { address: contracts.provers, abi: proverNetworkAbi } as const;
      const [found, arbitrator] = await Promise.all([
        client.readContract({ ...network, functionName: "caseOf", args: [caseId] }),
        client.readContract({ ...network, functionName: "arbitrator" }),
      ]);
      // Every arbitrator has the jury's function, which is ERC-792's.
      const cost = await client.readContract({
        address: arbitrator,
        abi: proverJuryAbi,
        functionName: "arbitrationCost",
        args: ["0x"],
      });
      const byJury = arbitrator.toLowerCase() === contracts.jury.toLowerCase();
      return { ...found, arbitrator, byJury, cost };
    },
    refetchInterval: 10_000,
  });
}

/** What a juror committed to. */
export function voteReading(
  config: Config,
  { chainId, contracts }: Deployment,
  dispute: bigint,
  juror: Address,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "vote", String(dispute), juror),
    queryFn: () =>
      readClient(config, chainId).readContract({
        address: contracts.jury,
        abi: proverJuryAbi,
        functionName: "voteOf",
        args: [dispute, juror],
      }),
    refetchInterval: 10_000,
  });
}
