import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { formatNumber, formatPercent } from "@/lib/format.ts";
import type { VerifySummary } from "@/rpc/protocols.ts";
import { Button } from "@/ui/Button.tsx";
import { downloadText } from "@/ui/download.ts";
import { deviceName } from "../shared/describe.ts";
import styles from "./audit.module.css";

export function VerdictCard({
  summary,
  suspectName,
}: {
  summary: VerifySummary;
  suspectName: string;
}): ReactNode {
  const { verdict, log10E, hits, keys, fsr, pValue } = summary;
  return (
    <section
      className={styles.verdict}
      data-verdict={verdict}
      data-testid="verdict"
      aria-labelledby="verdict-word"
    >
      <div className={styles.verdictWord} role="status">
        <p>Verdict on {suspectName}</p>
        <h2 id="verdict-word" data-testid="verdict-word">
          {verdict}
        </h2>
        <p>
          {hits} of {keys} keys answered as committed
          {fsr !== null && `, ${formatPercent(fsr)} of the loud ones`} ·{" "}
          {deviceName(summary.device)}
        </p>
        <ul className={styles.meaning}>
          {summary.meaning.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
      <div className={styles.evidenceSide}>
        <dl className={styles.evidence}>
          <dt>Evidence, log10 E</dt>
          <dd>
            <span data-testid="log10e">{formatNumber(log10E, 1)}</span>
            {summary.thresholds !== undefined && (
              <small>of a possible {formatNumber(summary.thresholds.ceiling, 1)}</small>
            )}
            <small>hits by chance: p = {formatProbability(pValue)}</small>
          </dd>
        </dl>
        <Button
          icon={<Download aria-hidden />}
          data-testid="download-report"
          onClick={() =>
            downloadText(`${suspectName}.report.json`, summary.report, "application/json")
          }
        >
          Download report
        </Button>
      </div>
    </section>
  );
}

function formatProbability(p: number): string {
  if (p === 0) return "below 1e-300";
  return p < 0.001 ? p.toExponential(1) : p.toPrecision(2);
}
