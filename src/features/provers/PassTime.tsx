import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FastForward } from "lucide-react";
import type { ReactNode } from "react";
import { pollChain } from "@/chain/follow/chainFeed.ts";
import { mineLocal, passTimeLocal } from "@/chain/mineLocal.ts";
import { CHAIN } from "@/chain/queries/keys.ts";
import { Button } from "@/ui/Button.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import type { Proving } from "./useProving.ts";

/** On the local chain only: lets time or blocks pass, which nobody else there does. */
export function PassTime({
  proving,
  until,
  label,
}: {
  proving: Proving;
  /** Unix seconds to go to; null for one more block. */
  until: bigint | null;
  label: string;
}): ReactNode {
  const { deployment, now } = proving;
  const queries = useQueryClient();
  const pass = useMutation({
    mutationFn: () =>
      until === null ? mineLocal(deployment, 1) : passTimeLocal(deployment, until + 1n),
    onSuccess: () => {
      pollChain();
      return queries.invalidateQueries({ queryKey: [CHAIN] });
    },
  });
  if (deployment.rpcUrl === null || now === null || (until !== null && until < now)) return null;
  return (
    <>
      {pass.error !== null && <ErrorNotice error={pass.error} />}
      <div>
        <Button
          size="small"
          icon={<FastForward aria-hidden />}
          busy={pass.isPending}
          onClick={() => pass.mutate()}
          data-testid="pass-time"
        >
          {label}
        </Button>
      </div>
    </>
  );
}
