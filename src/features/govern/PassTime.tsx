import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useChain } from "@/chain/chainContext.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import { pollChain } from "@/chain/follow/chainFeed.ts";
import { momentText } from "@/chain/governance/momentText.ts";
import { nextStep } from "@/chain/governance/timeline.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { passTimeLocal } from "@/chain/mineLocal.ts";
import { CHAIN } from "@/chain/queries/keys.ts";
import { Button } from "@/ui/Button.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";

/** On the local chain only: moves its clock to the proposal's next step, which nobody can wait for. */
export function PassTime({ row }: { row: ProposalRow }): ReactNode {
  const { deployment } = useChain();
  const queries = useQueryClient();
  const { proposal, phase, circumstances } = row;
  const next = nextStep(proposal, circumstances);
  const pass = useMutation({
    mutationFn: (at: bigint) => passTimeLocal(deployment, at),
    onSuccess: async () => {
      pollChain();
      await queries.invalidateQueries({ queryKey: [CHAIN] });
    },
  });
  const waits = phase === "pending" || phase === "active" || phase === "queued";
  if (deployment.rpcUrl === null || next === null || !waits) return null;
  return (
    <>
      {pass.isError && <ErrorNotice error={explainChainError(pass.error)} />}
      <Notice
        kind="info"
        title="This is the test chain"
        actions={
          <Button
            size="small"
            busy={pass.isPending}
            onClick={() => pass.mutate(next.at)}
            data-testid="pass-time"
          >
            Pass the time: {next.words.toLowerCase()} {momentText(next.at, circumstances.now)}
          </Button>
        }
      >
        <p>Its clock can be moved on, for everything on it. It cannot be moved back.</p>
      </Notice>
    </>
  );
}
