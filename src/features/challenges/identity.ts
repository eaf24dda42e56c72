import { queryOptions } from "@tanstack/react-query";
import { challengeClient } from "../shared/clients.ts";

/** The recipient of this browser's prover, or null. */
export const identityQuery = queryOptions({
  queryKey: ["prover-identity"],
  queryFn: () => challengeClient().call("identity", {}),
});
