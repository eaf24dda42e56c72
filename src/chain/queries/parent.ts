import { queryOptions } from "@tanstack/react-query";
import { getAddress } from "viem";
import type { Address, Hex, PublicClient } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { ChainError } from "../errors/chainError.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import type { ParentTerms } from "../registration/readDraft.ts";
import { chainKey } from "./keys.ts";

export interface ParentReading extends ParentTerms {
  owner: Address;
  /** As its owner gave it: untrusted text. */
  uri: string;
  /** Hash of the text that its terms are written in. */
  textHash: Hex;
}

/** A model as a parent of one that `childOwner` would register, by its id. */
export function parentQuery(
  config: Config,
  deployment: Deployment,
  model: string,
  childOwner: string,
) {
  const { chainId } = deployment;
  return queryOptions({
    queryKey: chainKey(chainId, "parent", model, childOwner),
    queryFn: () =>
      readParent(readClient(config, chainId), deployment, BigInt(model), getAddress(childOwner)),
    refetchInterval: 15_000,
  });
}

async function readParent(
  client: PublicClient,
  { contracts, firstBlock }: Deployment,
  model: bigint,
  childOwner: Address,
): Promise<ParentReading> {
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const args = [model] as const;
  const count = await client.readContract({ ...registry, functionName: "modelCount" });
  if (model < 1n || model > count) throw noSuchModel();
  const [owner, released, terms, termsHash, ancestors, uri] = await Promise.all([
    client.readContract({ ...registry, functionName: "ownerOf", args }),
    client.readContract({ ...registry, functionName: "isReleased", args }),
    client.readContract({ ...registry, functionName: "termsOf", args }),
    client.readContract({ ...registry, functionName: "termsHash", args }),
    client.readContract({ ...registry, functionName: "ancestorsOf", args }),
    client.readContract({ ...registry, functionName: "uriOf", args }),
  ]);
  if (!released) {
    throw new ChainError(
      "NOT_FOUND",
      "This model has not been released, so it has no terms yet.",
      "Wait for its release, or name another parent.",
    );
  }
  const approvals = terms.approval
    ? await client.getContractEvents({
        ...registry,
        eventName: "DerivativeApproval",
        args: { model, childOwner },
        fromBlock: firstBlock,
        strict: true,
      })
    : [];
  return {
    model,
    owner,
    uri,
    textHash: terms.textHash,
    termsHash,
    derivatives: terms.derivatives,
    approvalMissing: terms.approval && approvals.at(-1)?.args.approved !== true,
    requiredPpm: BigInt(terms.derivativePpm),
    ancestors: ancestors.map((ancestor) => ({
      model: ancestor.model,
      ppm: BigInt(ancestor.ppm),
    })),
  };
}

/** Finds a model by the Merkle root on its card. @throws ChainError when nobody committed it */
export async function findByRoot(
  config: Config,
  { chainId, contracts, firstBlock }: Deployment,
  root: string,
): Promise<bigint> {
  const logs = await readClient(config, chainId).getContractEvents({
    address: contracts.registry,
    abi: modelRegistryAbi,
    eventName: "EpochCommitted",
    fromBlock: firstBlock,
    strict: true,
  });
  // The first to commit a root is the one who can have made it.
  const found = logs.find(({ args }) => args.root === root.toLowerCase());
  if (found === undefined) throw noSuchModel();
  return found.args.model;
}

function noSuchModel(): ChainError {
  return new ChainError(
    "NOT_FOUND",
    "The registry has no such model.",
    "Check the number or the commitment, and the network.",
  );
}
