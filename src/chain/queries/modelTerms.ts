import { queryOptions } from "@tanstack/react-query";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { chainKey } from "./keys.ts";

/** Terms and address that a model has now, so that a new release can keep them. */
export function modelTermsQuery(config: Config, deployment: Deployment, model: string) {
  const { chainId, contracts } = deployment;
  return queryOptions({
    queryKey: chainKey(chainId, "modelTerms", model),
    queryFn: async () => {
      const client = readClient(config, chainId);
      const read = {
        address: contracts.registry,
        abi: modelRegistryAbi,
        args: [BigInt(model)],
      } as const;
      const [terms, uri] = await Promise.all([
        client.readContract({ ...read, functionName: "termsOf" }),
        client.readContract({ ...read, functionName: "uriOf" }),
      ]);
      return { terms, uri };
    },
    refetchInterval: 15_000,
  });
}
