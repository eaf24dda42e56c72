import type { ReactNode } from "react";
import type { Hex } from "viem";
import { isHex } from "viem";
import { modelRegistryAbi } from "@/chain/generated/modelRegistry.ts";
import { readParents, showPpm } from "@/chain/registration/readDraft.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import { Card } from "@/ui/Card.tsx";
import { copy } from "./copy.ts";
import { ParentsPicker } from "./ParentsPicker.tsx";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import { SplitPreview } from "./SplitPreview.tsx";
import { useParents } from "./useParents.ts";
import type { OpenRegistration } from "./useRegistration.ts";

/** Lineage and commitment: the first transaction. */
export function CommitStep({ open }: { open: OpenRegistration }): ReactNode {
  const { registration, commitment, deployment } = open;
  const parents = useParents(open);
  const reading = readParents(registration.draft.parents, parents.known);
  const { root, manifestHash, count, width } = commitment;
  const call =
    reading.ok && isBytes32(root) && isBytes32(manifestHash)
      ? contractCall({
          address: deployment.contracts.registry,
          abi: modelRegistryAbi,
          functionName: "register",
          args: [{ root, manifestHash, count, width }, reading.value.links],
        })
      : null;
  const upward = reading.ok ? reading.value.flat.reduce((sum, { ppm }) => sum + ppm, 0n) : 0n;
  return (
    <>
      <Card title="Parents" note={copy.parents} testId="parents-card">
        <ParentsPicker open={open} parents={parents} reading={reading} />
        {reading.ok && <SplitPreview flat={reading.value.flat} />}
      </Card>
      <Card title="Commit" note={copy.commit} testId="commit-card">
        <div className={styles.stack}>
          <SendButton
            open={open}
            action="register"
            label="Commit on the chain"
            review={[
              { label: "Pairs", value: count, note: `${width} candidates each` },
              { label: "Root", value: <code className={styles.hash}>{root}</code> },
              { label: "Manifest", value: <code className={styles.hash}>{manifestHash}</code> },
              {
                label: "Parents",
                value:
                  registration.draft.parents.map(({ model }) => `model ${model}`).join(", ") ||
                  "none",
                note: `${showPpm(upward)} of the revenue`,
              },
            ]}
            warning="Root and lineage stay on the chain for ever."
            call={call}
          />
        </div>
      </Card>
    </>
  );
}

function isBytes32(text: string): text is Hex {
  return isHex(text) && text.length === 66;
}
