import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isHex } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { modelRegistryAbi } from "@/chain/generated/modelRegistry.ts";
import { modelTermsQuery } from "@/chain/queries/modelTerms.ts";
import { readTerms, showPpm, uriProblem } from "@/chain/registration/readDraft.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import type { TermsDraft } from "@/rpc/registration.ts";
import { Card } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { TextArea, TextField } from "@/ui/TextField.tsx";
import { copy } from "./copy.ts";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import { TextHash } from "./TextHash.tsx";
import type { OpenRegistration } from "./useRegistration.ts";

/** Weights, and for a model that has them the choice to keep its terms. */
export function ReleaseStep({ open }: { open: OpenRegistration }): ReactNode {
  const { draft, releasedBefore = false } = open.registration;
  const keeps = releasedBefore && draft.newTerms !== true;
  return (
    <Card
      title={releasedBefore ? `Release epoch ${open.registration.epoch}` : "Release"}
      note={copy.release}
      testId="release-card"
    >
      <div className={styles.stack}>
        {releasedBefore && (
          <Switch
            label="Keep the model's terms and address"
            checked={keeps}
            onChange={(keep) =>
              open.dispatch({ type: "edited", draft: { ...draft, newTerms: !keep } })
            }
          />
        )}
        {keeps ? <KeptTerms open={open} /> : <NewTerms open={open} />}
      </div>
    </Card>
  );
}

function KeptTerms({ open }: { open: OpenRegistration }): ReactNode {
  const { registration, deployment, record } = open;
  const { config } = useChain();
  const { data, error } = useQuery(modelTermsQuery(config, deployment, registration.model ?? "0"));
  const weights = `0x${record.weightsHash ?? ""}`;
  const call =
    data !== undefined && registration.model !== null && isHex(weights)
      ? contractCall({
          address: deployment.contracts.registry,
          abi: modelRegistryAbi,
          functionName: "release",
          args: [BigInt(registration.model), registration.epoch, weights, data.terms, data.uri],
        })
      : null;
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      <p className={styles.soft}>{copy.keepTerms}</p>
      <SendButton
        open={open}
        action="release"
        label="Release the weights"
        proposal={proposalOf(open)}
        review={[
          { label: "Model", value: registration.model, note: `epoch ${registration.epoch}` },
          { label: "Weights", value: <code className={styles.hash}>{weights}</code> },
          {
            label: "Terms",
            value: <code className={styles.hash}>{data?.terms.textHash}</code>,
            note: "as they are",
          },
        ]}
        warning={copy.releaseWarning}
        call={call}
      />
    </>
  );
}

/** Weights, terms for derivatives and where the model is described. */
function NewTerms({ open }: { open: OpenRegistration }): ReactNode {
  const { registration, deployment, record } = open;
  const { draft } = registration;
  const { terms } = draft;
  const reading = readTerms(terms);
  const problems = reading.ok ? {} : reading.problems;
  const uri = draft.uri.trim();
  const badUri = uriProblem(draft.uri);
  const set = (patch: Partial<TermsDraft>): void =>
    open.dispatch({ type: "edited", draft: { ...draft, terms: { ...terms, ...patch } } });
  const weights = `0x${record.weightsHash ?? ""}`;
  const call =
    reading.ok && badUri === null && registration.model !== null && isHex(weights)
      ? contractCall({
          address: deployment.contracts.registry,
          abi: modelRegistryAbi,
          functionName: "release",
          args: [BigInt(registration.model), registration.epoch, weights, reading.value, uri],
        })
      : null;
  return (
    <>
      <TextField
        label="Where the model is described"
        optional
        hint="An https:// or ipfs:// address of its card. It can be changed later."
        error={badUri}
        value={draft.uri}
        spellCheck={false}
        onChange={(text) => open.dispatch({ type: "edited", draft: { ...draft, uri: text } })}
      />
      <Switch
        label="Others may register models made from this one"
        checked={terms.derivatives}
        onChange={(derivatives) => set({ derivatives })}
      />
      {terms.derivatives && (
        <>
          <Switch
            label="Each of their owners needs my approval first"
            checked={terms.approval}
            onChange={(approval) => set({ approval })}
          />
          <TextField
            label="Least share of their revenue, in percent"
            error={problems["percent"] ?? null}
            value={terms.percent}
            inputMode="decimal"
            onChange={(percent) => set({ percent })}
          />
        </>
      )}
      <TextArea
        label="Terms for derivatives"
        hint={copy.terms}
        error={problems["text"] ?? null}
        value={terms.text}
        rows={4}
        onChange={(text) => set({ text })}
      />
      <TextHash text={terms.text} fileName="derivative-terms.txt" />
      <SendButton
        open={open}
        action="release"
        label="Release the weights"
        proposal={proposalOf(open)}
        review={[
          { label: "Weights", value: <code className={styles.hash}>{weights}</code> },
          {
            label: "Derivatives",
            value: terms.derivatives ? (terms.approval ? "with approval" : "allowed") : "forbidden",
            note: reading.ok ? showPpm(BigInt(reading.value.derivativePpm)) : "",
          },
          {
            label: "Terms",
            value: <code className={styles.hash}>{reading.ok ? reading.value.textHash : ""}</code>,
          },
          { label: "Described at", value: uri === "" ? "nowhere yet" : uri },
        ]}
        warning={copy.releaseWarning}
        call={call}
      />
    </>
  );
}

function proposalOf({ registration, record }: OpenRegistration): Record<string, string> {
  const weightsHash = `0x${record.weightsHash ?? ""}`;
  return { propose: "release", epoch: String(registration.epoch), weightsHash };
}
