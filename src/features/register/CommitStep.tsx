import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useChain } from "@/chain/chainContext.ts";
import { modelRegistryAbi } from "@/chain/generated/modelRegistry.ts";
import { ownModelsQuery } from "@/chain/queries/ownModels.ts";
import type { OwnModel } from "@/chain/queries/ownModels.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import { Card } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Select } from "@/ui/Select.tsx";
import { bankEntries, bankOf } from "./bank.tsx";
import { CommitNew } from "./CommitNew.tsx";
import { copy } from "./copy.ts";
import { DaoNotice } from "./DaoNotice.tsx";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import type { OpenRegistration } from "./useRegistration.ts";

const NEW = "new";

/** The first transaction: of a new model, or of a model that gets a further bank. */
export function CommitStep({ open }: { open: OpenRegistration }): ReactNode {
  const { config } = useChain();
  const { registration, commitment, deployment } = open;
  const { draft } = registration;
  const models = useQuery(ownModelsQuery(config, deployment, commitment.owner));
  const own = models.data ?? [];
  const chosen = own.find(({ model }) => model.toString() === draft.again);
  const choose = (value: string): void => {
    const { again: _again, ...rest } = draft;
    const next = value === NEW ? rest : { ...rest, again: value };
    open.dispatch({ type: "edited", draft: next });
  };
  return (
    <>
      {(own.length > 0 || draft.again !== undefined) && (
        <Card title="Model" note={copy.again} testId="target-card">
          <Select
            label="What this bank is for"
            value={draft.again ?? NEW}
            options={[
              { value: NEW, label: "A new model" },
              ...own.map(({ model, epochs, dao }) => ({
                value: model.toString(),
                label: `Model ${model} again, as epoch ${epochs}${dao ? " (its DAO decides)" : ""}`,
              })),
            ]}
            onChange={choose}
          />
        </Card>
      )}
      {models.error !== null && <ErrorNotice error={models.error} />}
      {draft.again === undefined ? (
        <CommitNew open={open} />
      ) : chosen === undefined ? (
        models.data !== undefined && (
          <Notice kind="warn" title={`Model ${draft.again} is not the owner's`}>
            <p>It was handed on, or is on another network. Choose another.</p>
          </Notice>
        )
      ) : (
        <CommitAgain open={open} chosen={chosen} />
      )}
    </>
  );
}

/** A further bank of a model that is there. */
function CommitAgain({
  open,
  chosen: { model, epochs, dao },
}: {
  open: OpenRegistration;
  chosen: OwnModel;
}): ReactNode {
  const { commitment, deployment } = open;
  const bank = bankOf(commitment);
  return (
    <Card
      title={`Commit epoch ${epochs}`}
      note={dao ? copy.commitDao : copy.commitAgain}
      testId="commit-card"
    >
      <div className={styles.stack}>
        {dao ? (
          <DaoNotice
            model={model.toString()}
            action="a new epoch with the bank below"
            proposal={{
              propose: "epoch",
              root: commitment.root,
              manifestHash: commitment.manifestHash,
              count: String(commitment.count),
              width: String(commitment.width),
            }}
          />
        ) : (
          <SendButton
            open={open}
            action="addEpoch"
            label="Commit the new epoch"
            review={[{ label: "Model", value: model.toString() }, ...bankEntries(commitment)]}
            warning="The root stays on the chain for ever."
            call={
              bank === null
                ? null
                : contractCall({
                    address: deployment.contracts.registry,
                    abi: modelRegistryAbi,
                    functionName: "addEpoch",
                    args: [model, bank],
                  })
            }
          />
        )}
      </div>
    </Card>
  );
}
