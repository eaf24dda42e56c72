import { useQuery } from "@tanstack/react-query";
import { FileSignature } from "lucide-react";
import { useEffect } from "react";
import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { formatAgo } from "../shared/describe.ts";
import { useKnownAccount } from "../shared/knownAccount.ts";
import { runsQuery } from "../shared/runsQuery.ts";
import { copy } from "./copy.ts";
import styles from "./register.module.css";

/** Keeps the connected address for the creator, which loads no wallet. */
export function useRememberAccount(): string | undefined {
  const { account } = useWallet();
  useEffect(() => {
    if (account !== undefined) useKnownAccount.setState({ account });
  }, [account]);
  return account;
}

/** All runs of this browser that are on their way to a chain. */
export function Register(): ReactNode {
  const account = useRememberAccount();
  const runs = useQuery(runsQuery);
  const bound = runs.data?.filter(({ commitment }) => commitment !== undefined);
  return (
    <Screen title={copy.title} lead={copy.lead}>
      {runs.error !== null && <ErrorNotice error={runs.error} />}
      <Card title="Owner" testId="register-owner">
        {account === undefined ? (
          <Actions>
            <Button kind="primary" onClick={openConnectDialog}>
              Connect a wallet
            </Button>
          </Actions>
        ) : (
          <p>
            <code className={styles.hash}>{account}</code> will own what you commit from the{" "}
            <a href="#/">Creator</a>.
          </p>
        )}
      </Card>
      {bound?.length === 0 && (
        <EmptyState
          icon={<FileSignature aria-hidden />}
          title="No committed bank yet"
          action={<a href="#/">Go to the creator</a>}
        >
          {copy.none}
        </EmptyState>
      )}
      {bound?.map((run) => (
        <Card
          key={run.id}
          title={run.modelName}
          note={`changed ${formatAgo(run.updatedAt)}`}
          aside={
            run.registration?.model == null ? (
              <Badge tone="warn">not on a chain yet</Badge>
            ) : (
              <Badge tone="accent">
                model {run.registration.model}
                {run.registration.epoch > 0 && `, epoch ${run.registration.epoch}`}
              </Badge>
            )
          }
        >
          <a href={`#/register/${run.id}`}>Go on</a>
        </Card>
      ))}
    </Screen>
  );
}
