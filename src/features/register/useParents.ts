import { useQueries } from "@tanstack/react-query";
import { useChain } from "@/chain/chainContext.ts";
import { parentQuery } from "@/chain/queries/parent.ts";
import type { ParentReading } from "@/chain/queries/parent.ts";
import type { OpenRegistration } from "./useRegistration.ts";

export interface Parents {
  known: ReadonlyMap<string, ParentReading>;
  errors: ReadonlyMap<string, unknown>;
}

/** What the registry says now of every parent that was picked. */
export function useParents(open: OpenRegistration): Parents {
  const { config } = useChain();
  const { parents } = open.registration.draft;
  return useQueries({
    queries: parents.map(({ model }) =>
      parentQuery(config, open.deployment, model, open.commitment.owner),
    ),
    combine: (results) => ({
      known: new Map(
        results.flatMap(({ data }, at) => (data === undefined ? [] : [[parents[at].model, data]])),
      ),
      errors: new Map(
        results.flatMap(({ error }, at) => (error === null ? [] : [[parents[at].model, error]])),
      ),
    }),
  });
}
