import { queryOptions } from "@tanstack/react-query";
import { getAddress } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { epochsOf, holderOf, modelsOf } from "../registration/findCommitment.ts";
import type { Holder } from "../registration/findCommitment.ts";
import { chainKey } from "./keys.ts";

/** A model that can be fingerprinted again. */
export interface OwnModel extends Holder {
  model: bigint;
  /** How many banks it has; the next one's number. */
  epochs: number;
}

/** Models that an account owns, or handed to their DAO. */
export function ownModelsQuery(config: Config, deployment: Deployment, account: string) {
  const { chainId } = deployment;
  return queryOptions({
    queryKey: chainKey(chainId, "ownModels", account),
    queryFn: async (): Promise<OwnModel[]> => {
      const client = readClient(config, chainId);
      const owner = getAddress(account);
      const ids = await modelsOf(client, deployment, owner);
      const models = await Promise.all(
        ids.map(async (model) => ({
          model,
          epochs: await epochsOf(client, deployment, model),
          ...(await holderOf(client, deployment, model)),
        })),
      );
      return models.filter((each) => each.dao || each.owner === owner);
    },
    refetchInterval: 15_000,
  });
}
