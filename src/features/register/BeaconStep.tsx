import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { modelRegistryAbi } from "@/chain/generated/modelRegistry.ts";
import { mineLocal } from "@/chain/mineLocal.ts";
import { beaconWait } from "@/chain/registration/steps.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { copy } from "./copy.ts";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import type { OpenRegistration } from "./useRegistration.ts";

/** From the commitment's block to the sealed beacon. */
export function BeaconStep({ open }: { open: OpenRegistration }): ReactNode {
  const { registration, head, beaconLost } = open;
  const wait = beaconWait(registration, head);
  if (registration.model === null || wait === null) return null;
  const ready = wait.left === 0;
  return (
    <Card
      title={beaconLost ? "Draw a new beacon" : ready ? "Seal the beacon" : "Wait for the beacon"}
      testId="beacon-card"
    >
      <div className={styles.stack}>
        <p className={styles.soft}>{ready ? !beaconLost && copy.seal : copy.wait}</p>
        <ProgressBar
          label={`Block ${head} of ${wait.block}`}
          fraction={wait.mined / wait.of}
          note={`${wait.mined} of ${wait.of} blocks`}
        />
        {!ready && open.deployment.rpcUrl !== null && <MineNotice open={open} blocks={wait.left} />}
        {ready && !beaconLost && (
          <SendButton
            open={open}
            action="seal"
            label="Seal the beacon"
            anyone
            review={[
              { label: "Model", value: registration.model },
              { label: "Beacon", value: `hash of block ${wait.block}` },
            ]}
            call={contractCall({
              address: open.deployment.contracts.registry,
              abi: modelRegistryAbi,
              functionName: "sealBeacon",
              args: [BigInt(registration.model), registration.epoch],
            })}
          />
        )}
        {beaconLost && (
          <>
            <Notice kind="warn" title="The beacon's block is out of reach" testId="beacon-lost">
              <p>{copy.lost}</p>
            </Notice>
            <SendButton
              open={open}
              action="recommit"
              label="Draw a later beacon"
              proposal={{ propose: "recommit", epoch: String(registration.epoch) }}
              review={[
                { label: "Model", value: registration.model },
                {
                  label: "Draws",
                  value: registration.draws + 1,
                  note: `${registration.draws} until now`,
                },
              ]}
              warning="The commitment will date from the new block, and the draw stays counted."
              call={contractCall({
                address: open.deployment.contracts.registry,
                abi: modelRegistryAbi,
                functionName: "recommit",
                args: [BigInt(registration.model), registration.epoch],
              })}
            />
          </>
        )}
      </div>
    </Card>
  );
}

function MineNotice({ open, blocks }: { open: OpenRegistration; blocks: number }): ReactNode {
  const mine = useMutation({ mutationFn: () => mineLocal(open.deployment, blocks) });
  return (
    <>
      <Notice
        kind="info"
        title="This local chain rests between transactions"
        actions={
          <Button size="small" disabled={mine.isPending} onClick={() => mine.mutate()}>
            {blocks === 1 ? "Mine a block" : `Mine ${blocks} blocks`}
          </Button>
        }
      >
        <p>{copy.mine}</p>
      </Notice>
      {mine.error !== null && <ErrorNotice error={mine.error} />}
    </>
  );
}
