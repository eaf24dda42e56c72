import { queryOptions } from "@tanstack/react-query";
import { BaseError, ContractFunctionRevertedError, getAddress, zeroAddress, zeroHash } from "viem";
import type { Address, PublicClient } from "viem";
import type { Config } from "wagmi";
import type { Registration, RunCommitment } from "@/rpc/registration.ts";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import type { RegistrationSnapshot } from "../registration/registration.ts";
import { beaconWait, priceKey } from "../registration/steps.ts";
import { chainKey } from "./keys.ts";

/** How a registration stands on its chain. */
export interface RegistrationReading {
  head: number;
  /** Null while the chain has no such commitment. */
  snapshot: RegistrationSnapshot | null;
  /** Whether the beacon's block is out of reach, so that only a new draw helps. */
  beaconLost: boolean;
}

/** What the chain knows of a run's commitment, whoever sent the transactions and from where. */
export function registrationQuery(
  config: Config,
  deployment: Deployment,
  commitment: RunCommitment,
  registration: Registration,
) {
  const { chainId } = deployment;
  const { model } = registration;
  const kinds = registration.draft.kinds.length;
  return queryOptions({
    queryKey: chainKey(chainId, "registration", commitment.root, model, kinds),
    queryFn: () => read(readClient(config, chainId), deployment, commitment, model, kinds),
    refetchInterval: deployment.rpcUrl === null ? 6_000 : 1_500,
  });
}

/** Blocks that every chain lets a contract look back. */
const SURE_WINDOW = 256;

async function read(
  client: PublicClient,
  deployment: Deployment,
  { owner, root }: RunCommitment,
  known: string | null,
  kinds: number,
): Promise<RegistrationReading> {
  const head = Number(await client.getBlockNumber({ cacheTime: 0 }));
  const model =
    (known !== null && (await hasRoot(client, deployment, BigInt(known), root))
      ? BigInt(known)
      : null) ?? (await findModel(client, deployment, getAddress(owner), root));
  if (model === null) return { head, snapshot: null, beaconLost: false };
  const snapshot = await readModel(client, deployment, model, kinds);
  const wait = beaconWait({ commitBlock: Number(snapshot.commitBlock) }, head);
  const late = snapshot.beacon === null && wait !== null && head - wait.block >= SURE_WINDOW - 1;
  return { head, snapshot, beaconLost: late && (await isLost(client, deployment, model)) };
}

async function readModel(
  client: PublicClient,
  { contracts, tokens }: Deployment,
  model: bigint,
  kinds: number,
): Promise<RegistrationSnapshot> {
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const licences = { address: contracts.licences, abi: licenceTokenAbi } as const;
  const epoch = 0;
  const [stored, shares] = await Promise.all([
    client.readContract({ ...registry, functionName: "epochOf", args: [model, epoch] }),
    client.readContract({
      address: contracts.splitter,
      abi: revenueSplitterAbi,
      functionName: "sharesOf",
      args: [model],
    }),
  ]);
  const released = stored.weightsHash !== zeroHash;
  const kindsSet: number[] = [];
  const pricesSet: string[] = [];
  const asked = released ? kinds : 0;
  for (let kind = 1; kind <= asked; kind++) {
    const [version] = await client.readContract({
      ...licences,
      functionName: "saleOf",
      args: [model, kind],
    });
    if (version === 0) continue;
    kindsSet.push(kind);
    for (const token of [zeroAddress, ...tokens]) {
      const [, listed] = await client.readContract({
        ...licences,
        functionName: "priceOf",
        args: [model, kind, token],
      });
      if (listed) pricesSet.push(priceKey(kind, token));
    }
  }
  return {
    model,
    epoch,
    commitBlock: stored.commitBlock,
    draws: stored.draws,
    beacon: stored.beacon === zeroHash ? null : stored.beacon,
    sharesOpened: shares !== zeroAddress,
    released,
    kindsSet,
    pricesSet,
  };
}

/** The owner's model whose first commitment has this root. */
async function findModel(
  client: PublicClient,
  deployment: Deployment,
  owner: Address,
  root: string,
): Promise<bigint | null> {
  const logs = await client.getContractEvents({
    address: deployment.contracts.registry,
    abi: modelRegistryAbi,
    eventName: "ModelRegistered",
    args: { owner },
    fromBlock: deployment.firstBlock,
    strict: true,
  });
  for (const { args } of logs.toReversed()) {
    if (await hasRoot(client, deployment, args.model, root)) return args.model;
  }
  return null;
}

async function hasRoot(
  client: PublicClient,
  { contracts }: Deployment,
  model: bigint,
  root: string,
): Promise<boolean> {
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const count = await client.readContract({ ...registry, functionName: "modelCount" });
  if (model < 1n || model > count) return false;
  const epoch = await client.readContract({
    ...registry,
    functionName: "epochOf",
    args: [model, 0],
  });
  return epoch.root === root;
}

async function isLost(
  client: PublicClient,
  { contracts }: Deployment,
  model: bigint,
): Promise<boolean> {
  try {
    await client.simulateContract({
      address: contracts.registry,
      abi: modelRegistryAbi,
      functionName: "sealBeacon",
      args: [model, 0],
    });
    return false;
  } catch (error) {
    const revert =
      error instanceof BaseError
        ? error.walk((cause) => cause instanceof ContractFunctionRevertedError)
        : null;
    if (!(revert instanceof ContractFunctionRevertedError)) throw error;
    return revert.data?.errorName === "BeaconLost";
  }
}
