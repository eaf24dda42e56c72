import type { ReactNode } from "react";
import { useConnection, useSwitchChain } from "wagmi";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import { Button } from "@/ui/Button.tsx";
import { Notice } from "@/ui/Notice.tsx";
import styles from "./wallet.module.css";

/** Shown while the wallet is on a network without this market; switching adds the network if need be. */
export function NetworkBanner(): ReactNode {
  const { deployments } = useChain();
  const { account, networkKnown } = useWallet();
  const { chainId, connector } = useConnection();
  const { mutate, isPending, error, variables } = useSwitchChain();
  if (account === undefined || networkKnown) return null;
  const problem = error === null ? null : explainChainError(error);
  return (
    <div className={styles.banner}>
      <Notice
        kind="warn"
        title="The wallet is on another network"
        testId="wrong-network"
        actions={deployments.map((deployment) => (
          <Button
            key={deployment.chainId}
            size="small"
            kind="primary"
            busy={isPending && variables?.chainId === deployment.chainId}
            onClick={() => mutate({ chainId: deployment.chainId })}
          >
            Switch to {deployment.chain.name}
          </Button>
        ))}
      >
        <p>
          {connector?.name ?? "It"} is on network {chainId}, where there is no market of this
          studio. Nothing can be sent until it is switched. If the wallet does not know the network,
          it will ask to add it.
        </p>
        {problem !== null && (
          <p role="alert" data-testid="switch-problem">
            {problem.code === "WALLET_REJECTED"
              ? "The wallet did not switch. Try again, or switch in the wallet itself."
              : `${problem.message} ${problem.hint}`}
          </p>
        )}
      </Notice>
    </div>
  );
}
