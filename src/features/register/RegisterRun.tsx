import { useQuery } from "@tanstack/react-query";
import { FileQuestion } from "lucide-react";
import type { ReactNode } from "react";
import { stepsOf } from "@/chain/registration/steps.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import type { RunCommitment } from "@/rpc/registration.ts";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { runsQuery } from "../shared/runsQuery.ts";
import { BeaconStep } from "./BeaconStep.tsx";
import { CommitStep } from "./CommitStep.tsx";
import { copy } from "./copy.ts";
import { Fact } from "./Fact.tsx";
import { EmbedStep } from "./EmbedStep.tsx";
import { KindsStep } from "./KindsStep.tsx";
import { useRememberAccount } from "./Register.tsx";
import styles from "./register.module.css";
import { ReleaseStep } from "./ReleaseStep.tsx";
import { SharesStep } from "./SharesStep.tsx";
import { StepRail } from "./StepRail.tsx";
import { useRegistration } from "./useRegistration.ts";
import type { OpenRegistration } from "./useRegistration.ts";

export interface RegisterRunProps {
  runId: string;
  /** Whether this tab is training the run already. */
  training: boolean;
  onEmbed: (record: RunRecord, passphrase: string) => void;
}

/** One model on its way to the market: the step that is next, and what is behind it. */
export function RegisterRun({ runId, ...rest }: RegisterRunProps): ReactNode {
  useRememberAccount();
  const runs = useQuery({ ...runsQuery, refetchOnMount: "always" });
  const record = runs.data?.find(({ id }) => id === runId);
  if (runs.isFetching && record === undefined) {
    return <ProgressBar label="Reading the run" fraction={null} />;
  }
  if (runs.error !== null) return <ErrorNotice error={runs.error} />;
  if (record?.commitment === undefined) {
    return (
      <EmptyState
        icon={<FileQuestion aria-hidden />}
        title="No such registration"
        action={<a href="#/register">All registrations</a>}
      >
        The run was deleted, was made in another browser, or is not bound to a chain.
      </EmptyState>
    );
  }
  return <Follow key={record.id} record={record} commitment={record.commitment} {...rest} />;
}

function Follow({
  record,
  commitment,
  training,
  onEmbed,
}: Omit<RegisterRunProps, "runId"> & { record: RunRecord; commitment: RunCommitment }): ReactNode {
  const open = useRegistration(record, commitment);
  const { step, registration } = open;
  return (
    <Screen
      title={
        registration.draft.again === undefined
          ? `Register ${record.modelName}`
          : `Fingerprint model ${registration.draft.again} again`
      }
      lead={copy.lead}
    >
      <StepRail step={step} steps={stepsOf(registration)} />
      {open.error !== null && <ErrorNotice error={open.error} />}
      {step === null && <ProgressBar label="Asking the chain" fraction={null} />}
      {step === "commit" && <CommitStep open={open} />}
      {(step === "wait" || step === "seal") && <BeaconStep open={open} />}
      {step === "embed" && (
        <EmbedStep
          open={open}
          training={training}
          onEmbed={(passphrase) => onEmbed({ ...record, registration }, passphrase)}
        />
      )}
      {step === "shares" && <SharesStep open={open} />}
      {step === "release" && <ReleaseStep open={open} />}
      {(step === "kinds" || step === "onSale") &&
        (registration.releasedBefore === true ? (
          <Notice
            kind="good"
            title={`Epoch ${registration.epoch} of model ${registration.model} is released`}
            testId="epoch-released"
            actions={<a href={`#/market/${registration.model}`}>See its commitments</a>}
          >
            <p>{copy.releasedAgain}</p>
          </Notice>
        ) : (
          <KindsStep open={open} />
        ))}
      <OnChain open={open} />
    </Screen>
  );
}

function OnChain({ open }: { open: OpenRegistration }): ReactNode {
  const { commitment, registration, record, deployment } = open;
  return (
    <Card title="On the chain" testId="register-facts">
      <Stats
        entries={[
          { label: "Network", value: deployment.chain.name },
          {
            label: "Model",
            value: registration.model ?? "not yet",
            ...(registration.epoch > 0 ? { note: `epoch ${registration.epoch}` } : {}),
          },
          {
            label: "Committed in block",
            value: registration.commitBlock ?? "–",
            ...(registration.draws > 1 ? { note: `${registration.draws} draws` } : {}),
          },
          { label: "Pairs", value: commitment.count, note: `${commitment.width} candidates` },
        ]}
      />
      <ul className={styles.facts}>
        <Fact name="Owner" value={commitment.owner} />
        <Fact name="Root" value={commitment.root} />
        <Fact name="Manifest" value={commitment.manifestHash} />
        {registration.beacon !== null && <Fact name="Beacon" value={registration.beacon.value} />}
        {record.weightsHash !== undefined && (
          <Fact name="Weights" value={`0x${record.weightsHash}`} />
        )}
      </ul>
    </Card>
  );
}
