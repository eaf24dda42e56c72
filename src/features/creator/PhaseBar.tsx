import { Check } from "lucide-react";
import { useEffect } from "react";
import type { ReactNode } from "react";
import { Badge } from "@/ui/Badge.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { PHASES } from "../shared/describe.ts";
import { showTabProgress } from "../shared/tabProgress.ts";
import styles from "./creator.module.css";
import { isActive } from "./store.ts";
import type { Run } from "./store.ts";

/** The phases of a run in their order, and how far the present one is. */
export function PhaseBar({ run }: { run: Run }): ReactNode {
  const current = PHASES.findIndex((entry) => entry.phase === run.phase);
  const active = isActive(run);
  const { label } = PHASES[Math.max(0, current)];
  const fraction = run.status === "done" ? 1 : run.fraction;
  useEffect(() => {
    showTabProgress(active ? (fraction ?? 0) : null, label);
  }, [active, fraction, label]);
  useEffect(() => () => showTabProgress(null), []);
  return (
    <>
      <div className={styles.phaseList} data-testid="phase" data-phase={run.phase}>
        {PHASES.slice(0, -1).map((entry, index) => {
          const over = index < current || run.status === "done";
          const tone = over ? "good" : index === current ? "accent" : "neutral";
          return (
            <Badge key={entry.phase} tone={tone} icon={over ? <Check aria-hidden /> : null}>
              {entry.label}
            </Badge>
          );
        })}
      </div>
      {active && <ProgressBar label={run.note === "" ? label : run.note} fraction={run.fraction} />}
    </>
  );
}
