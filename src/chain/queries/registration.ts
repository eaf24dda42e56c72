import { queryOptions } from "@tanstack/react-query";
import type { Config } from "wagmi";
import type { Registration, RunCommitment } from "@/rpc/registration.ts";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { readRegistration } from "../registration/readRegistration.ts";
import { chainKey } from "./keys.ts";

/** What the chain knows of a run's commitment. */
export function registrationQuery(
  config: Config,
  deployment: Deployment,
  commitment: RunCommitment,
  registration: Registration,
) {
  const { chainId } = deployment;
  const { model, epoch, draft } = registration;
  const again = draft.again ?? null;
  const kinds = draft.kinds.length;
  return queryOptions({
    queryKey: chainKey(chainId, "registration", commitment.root, model, epoch, again, kinds),
    queryFn: () =>
      readRegistration(readClient(config, chainId), deployment, commitment, registration),
    refetchInterval: deployment.rpcUrl === null ? 6_000 : 1_500,
  });
}
