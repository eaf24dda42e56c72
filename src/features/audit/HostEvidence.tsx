import { useMutation, useQuery } from "@tanstack/react-query";
import { Download, Gavel } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import type { ChallengeSheet } from "@/rpc/challengeProtocol.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { downloadText } from "@/ui/download.ts";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { StudioError } from "../shared/errors.ts";
import { useOpenedChallenge } from "../shared/openedChallenge.ts";
import styles from "./audit.module.css";
import { copy } from "./copy.ts";
import type { HostEvidence as Evidence } from "./store.ts";

/** The transcript, and the way to the chain. */
export function HostEvidence({
  evidence,
  suspectName,
}: {
  evidence: Evidence;
  suspectName: string;
}): ReactNode {
  const sheet = useOpenedChallenge((state) => state.opened?.sheet ?? null);
  const hits = evidence.keys.filter(({ hit }) => hit);
  const check = sheet?.check;
  return (
    <>
      <Card title="Transcript" note={copy.transcript} testId="transcript-card">
        <p className={styles.hash}>
          SHA-256 <code data-testid="transcript-hash">{evidence.transcriptHash}</code>
          <CopyButton text={evidence.transcriptHash} label="Copy the hash" />
        </p>
        <Actions>
          <Button
            icon={<Download aria-hidden />}
            data-testid="download-transcript"
            onClick={() => saveTranscript(suspectName, evidence.transcript)}
          >
            Download transcript
          </Button>
        </Actions>
      </Card>
      {hits.length > 0 && sheet !== null && (
        <Card title="File on a chain" note={copy.file} testId="file-card">
          {check?.state === "confirmed" ? (
            <FileHits
              key={evidence.transcriptHash}
              evidence={evidence}
              sheet={sheet}
              where={check}
            />
          ) : (
            <p>No registry confirms this challenge&apos;s bank, so nothing of it can be filed.</p>
          )}
        </Card>
      )}
    </>
  );
}

/** A suspicion takes three leaves by two provers, so more than two of one prover's buy little. */
const USUAL = 2;

function FileHits({
  evidence,
  sheet,
  where,
}: {
  evidence: Evidence;
  sheet: ChallengeSheet;
  where: { model: string; epoch: number; chainId: number };
}): ReactNode {
  const provers = useQuery({
    queryKey: ["provers-at-hand", where.chainId],
    queryFn: async () => {
      const { openProversAtHand } = await import("@/chain/challenges/proversAtHand.ts");
      return openProversAtHand();
    },
  });
  const shown = new Set(
    provers.data?.shown
      .filter(({ model, epoch }) => model === where.model && epoch === where.epoch)
      .map(({ index }) => index),
  );
  const hits = evidence.keys.filter(({ hit }) => hit);
  const free = hits.filter(({ index }) => !shown.has(index));
  const [picked, setPicked] = useState<ReadonlySet<number> | null>(null);
  const chosen = picked ?? new Set(free.slice(0, USUAL).map(({ index }) => index));
  const file = useMutation({
    mutationFn: async () => {
      const [{ filingsOf }, { keepFiling }] = await Promise.all([
        import("@/chain/challenges/fileHits.ts"),
        import("@/chain/proving/keptFilings.ts"),
      ]);
      const { data: atHand } = await provers.refetch();
      if (atHand == null || atHand.chainId !== where.chainId) {
        throw new StudioError(
          "CHAIN_GONE",
          "The chain that has this bank cannot be reached.",
          "Start the studio with that chain and try again.",
        );
      }
      const made = filingsOf(
        {
          challenge: sheet.text,
          model: where.model,
          epoch: where.epoch,
          chainId: where.chainId,
          network: atHand.network,
          hostUrl: evidence.url,
          transcriptHash: evidence.transcriptHash,
          keys: free.filter(({ index }) => chosen.has(index)),
        },
        new Date().toISOString(),
      );
      for (const { filing } of made) await keepFiling(filing);
      return made;
    },
  });
  const made = file.data;
  const toggle = (index: number): void => {
    const next = new Set(chosen);
    if (!next.delete(index)) next.add(index);
    setPicked(next);
  };
  return (
    <>
      <fieldset className={styles.hits} disabled={made !== undefined}>
        <legend>Pairs to spend</legend>
        {hits.map(({ index, receipt }) => (
          <label key={index}>
            <input
              type="checkbox"
              checked={chosen.has(index)}
              disabled={shown.has(index)}
              onChange={() => toggle(index)}
            />
            Pair {index}
            {shown.has(index) && <Badge tone="warn">shown already</Badge>}
            {receipt !== null && <Badge tone="accent">receipt signed</Badge>}
          </label>
        ))}
      </fieldset>
      {made === undefined ? (
        <Actions>
          <Button
            kind="primary"
            icon={<Gavel aria-hidden />}
            disabled={chosen.size === 0}
            busy={file.isPending}
            data-testid="file-hits"
            onClick={() => file.mutate()}
          >
            Make {chosen.size} {chosen.size === 1 ? "filing" : "filings"}
          </Button>
        </Actions>
      ) : (
        <Notice
          kind="good"
          title={`${made.length} ${made.length === 1 ? "filing" : "filings"} kept in this browser`}
          testId="filed"
        >
          <p>
            They are encrypted here and wait for your commit on <a href="#/provers">Provers</a>.
            Nothing is on the chain yet.
          </p>
          {made.some(({ receiptLeftOut }) => receiptLeftOut) && (
            <p>A receipt that does not belong to its question was left out.</p>
          )}
        </Notice>
      )}
      {file.error !== null && <ErrorNotice error={file.error} testId="file-error" />}
    </>
  );
}

export function saveTranscript(suspectName: string, transcript: string): void {
  downloadText(`${suspectName}.transcript.json`, transcript, "application/json");
}
