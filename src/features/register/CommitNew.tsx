import type { ReactNode } from "react";
import { modelRegistryAbi } from "@/chain/generated/modelRegistry.ts";
import { readParents, showPpm } from "@/chain/registration/readDraft.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import { Card } from "@/ui/Card.tsx";
import { bankEntries, bankOf } from "./bank.tsx";
import { copy } from "./copy.ts";
import { ParentsPicker } from "./ParentsPicker.tsx";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import { SplitPreview } from "./SplitPreview.tsx";
import { useParents } from "./useParents.ts";
import type { OpenRegistration } from "./useRegistration.ts";

/** Lineage and commitment of a new model. */
export function CommitNew({ open }: { open: OpenRegistration }): ReactNode {
  const { registration, commitment, deployment } = open;
  const parents = useParents(open);
  const reading = readParents(registration.draft.parents, parents.known);
  const bank = bankOf(commitment);
  const call =
    reading.ok && bank !== null
      ? contractCall({
          address: deployment.contracts.registry,
          abi: modelRegistryAbi,
          functionName: "register",
          args: [bank, reading.value.links],
        })
      : null;
  const upward = reading.ok ? reading.value.flat.reduce((sum, { ppm }) => sum + ppm, 0n) : 0n;
  const names = registration.draft.parents.map(({ model }) => `model ${model}`).join(", ");
  return (
    <>
      <Card title="Parents" note={copy.parents} testId="parents-card">
        <ParentsPicker open={open} parents={parents} reading={reading} />
        {reading.ok && <SplitPreview flat={reading.value.flat} />}
      </Card>
      <Card title="Commit" note={copy.commit} testId="commit-card">
        <div className={styles.stack}>
          {" "}
          <SendButton
            open={open}
            action="register"
            label="Commit on the chain"
            review={[
              ...bankEntries(commitment),
              {
                label: "Parents",
                value: names === "" ? "none" : names,
                note: `${showPpm(upward)} of the revenue`,
              },
            ]}
            warning="Root and lineage stay on the chain for ever."
            call={call}
          />
        </div>{" "}
      </Card>
    </>
  );
}
