import { getAddress, isAddressEqual } from "viem";
import type { Address, PublicClient } from "viem";
import type { RunCommitment } from "@/rpc/registration.ts";
import type { Deployment } from "../config.ts";
import { modelDaoAbi } from "../generated/modelDao.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";

/** What is needed of a deployment to find a commitment on it. */
export type Where = Pick<Deployment, "contracts" | "firstBlock">;

/** One epoch of one model. */
export interface EpochId {
  model: bigint;
  epoch: number;
}

/** Who decides about a model now. */
export interface Holder {
  owner: Address;
  /** Whether that is the model's DAO, so that only a proposal can act. */
  dao: boolean;
}

/** Ids of all models that an account registered or was given, the newest first, whoever owns them now. */
export async function modelsOf(
  client: PublicClient,
  { contracts, firstBlock }: Where,
  account: Address,
): Promise<bigint[]> {
  const logs = { address: contracts.registry, abi: modelRegistryAbi, strict: true } as const;
  const [registered, given] = await Promise.all([
    client.getContractEvents({
      ...logs,
      eventName: "ModelRegistered",
      args: { owner: account },
      fromBlock: firstBlock,
    }),
    client.getContractEvents({
      ...logs,
      eventName: "OwnershipTransferred",
      args: { to: account },
      fromBlock: firstBlock,
    }),
  ]);
  const ids = new Set([...registered, ...given].map(({ args }) => args.model));
  return [...ids].sort((a, b) => (a < b ? 1 : -1));
}

/**
 * Where a commitment is. Anyone can copy a root, so it counts in a model of its owner's alone, or in
 * one that the owner named.
 *
 * @param known where it was last, which is asked first
 * @param named a model that may belong to someone else by now, such as its DAO
 * @returns null when the chain has no such commitment
 */
export async function findCommitment(
  client: PublicClient,
  where: Where,
  commitment: RunCommitment,
  known: EpochId | null,
  named: bigint | null,
): Promise<EpochId | null> {
  if (known !== null && (await epochsOf(client, where, known.model)) > known.epoch) {
    if (await isAt(client, where, known, commitment)) return known;
  }
  const candidates = await modelsOf(client, where, getAddress(commitment.owner));
  if (named !== null && !candidates.includes(named)) candidates.unshift(named);
  for (const model of candidates) {
    for (let epoch = (await epochsOf(client, where, model)) - 1; epoch >= 0; epoch--) {
      const id = { model, epoch };
      if (await isAt(client, where, id, commitment)) return id;
    }
  }
  return null;
}

/** Who decides about a model. */
export async function holderOf(
  client: PublicClient,
  { contracts }: Where,
  model: bigint,
): Promise<Holder> {
  const [owner, timelock] = await Promise.all([
    client.readContract({
      address: contracts.registry,
      abi: modelRegistryAbi,
      functionName: "ownerOf",
      args: [model],
    }),
    client.readContract({
      address: contracts.dao,
      abi: modelDaoAbi,
      functionName: "timelockOf",
      args: [model],
    }),
  ]);
  return { owner, dao: isAddressEqual(owner, timelock) };
}

/** Number of a model's epochs; 0 when there is no such model. */
export async function epochsOf(
  client: PublicClient,
  { contracts }: Where,
  model: bigint,
): Promise<number> {
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const count = await client.readContract({ ...registry, functionName: "modelCount" });
  if (model < 1n || model > count) return 0;
  return client.readContract({ ...registry, functionName: "epochCount", args: [model] });
}

async function isAt(
  client: PublicClient,
  { contracts }: Where,
  { model, epoch }: EpochId,
  { root, manifestHash }: RunCommitment,
): Promise<boolean> {
  const stored = await client.readContract({
    address: contracts.registry,
    abi: modelRegistryAbi,
    functionName: "epochOf",
    args: [model, epoch],
  });
  return stored.root === root && stored.manifestHash === manifestHash;
}
