import { BaseError, ContractFunctionRevertedError, zeroAddress, zeroHash } from "viem";
import type { PublicClient } from "viem";
import type { Registration, RunCommitment } from "@/rpc/registration.ts";
import type { Deployment } from "../config.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { findCommitment, holderOf } from "./findCommitment.ts";
import type { EpochId, Holder } from "./findCommitment.ts";
import type { RegistrationSnapshot } from "./registration.ts";
import { beaconWait, priceKey } from "./steps.ts";

/** How a registration stands on its chain. */
export interface RegistrationReading {
  head: number;
  /** Null while the chain has no such commitment. */
  snapshot: RegistrationSnapshot | null;
  /** Of the model it is in; null while it is in none. */
  holder: Holder | null;
  /** Whether the beacon's block is out of reach, so that only a new draw helps. */
  beaconLost: boolean;
}

/** What is needed of a deployment to read a registration. */
export type RegistrationWhere = Pick<Deployment, "contracts" | "firstBlock" | "tokens">;

/** Blocks that every chain lets a contract look back. */
const SURE_WINDOW = 256;

/** What the chain says of a commitment, whoever sent the transactions and from where. */
export async function readRegistration(
  client: PublicClient,
  where: RegistrationWhere,
  commitment: RunCommitment,
  { model, epoch, draft }: Pick<Registration, "model" | "epoch" | "draft">,
): Promise<RegistrationReading> {
  const head = Number(await client.getBlockNumber({ cacheTime: 0 }));
  const known = model === null ? null : { model: BigInt(model), epoch };
  const named = draft.again === undefined ? null : BigInt(draft.again);
  const id = await findCommitment(client, where, commitment, known, named);
  if (id === null) return { head, snapshot: null, holder: null, beaconLost: false };
  const [snapshot, holder] = await Promise.all([
    readEpoch(client, where, id, draft.kinds.length),
    holderOf(client, where, id.model),
  ]);
  const wait = beaconWait({ commitBlock: Number(snapshot.commitBlock) }, head);
  const late = snapshot.beacon === null && wait !== null && head - wait.block >= SURE_WINDOW - 1;
  return { head, snapshot, holder, beaconLost: late && (await isLost(client, where, id)) };
}

async function readEpoch(
  client: PublicClient,
  { contracts, tokens }: RegistrationWhere,
  { model, epoch }: EpochId,
  kinds: number,
): Promise<RegistrationSnapshot> {
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const licences = { address: contracts.licences, abi: licenceTokenAbi } as const;
  const [stored, shares, ...older] = await Promise.all([
    client.readContract({ ...registry, functionName: "epochOf", args: [model, epoch] }),
    client.readContract({
      address: contracts.splitter,
      abi: revenueSplitterAbi,
      functionName: "sharesOf",
      args: [model],
    }),
    ...Array.from({ length: epoch }, (_, before) =>
      client.readContract({ ...registry, functionName: "epochOf", args: [model, before] }),
    ),
  ]);
  const released = stored.weightsHash !== zeroHash;
  const releasedBefore = older.some(({ weightsHash }) => weightsHash !== zeroHash);
  const kindsSet: number[] = [];
  const pricesSet: string[] = [];
  const asked = released && !releasedBefore ? kinds : 0;
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
    releasedBefore,
    kindsSet,
    pricesSet,
  };
}

async function isLost(
  client: PublicClient,
  { contracts }: RegistrationWhere,
  { model, epoch }: EpochId,
): Promise<boolean> {
  try {
    await client.simulateContract({
      address: contracts.registry,
      abi: modelRegistryAbi,
      functionName: "sealBeacon",
      args: [model, epoch],
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
