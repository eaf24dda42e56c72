import type { ReactNode } from "react";
import { useBeforeUnload } from "../shared/useBeforeUnload.ts";
import { copy } from "./copy.ts";
import styles from "./creator.module.css";
import { GatesStep } from "./GatesStep.tsx";
import { KeysStep } from "./KeysStep.tsx";
import { ModelStep } from "./ModelStep.tsx";
import { ResumeCard } from "./ResumeCard.tsx";
import { RunStep } from "./RunStep.tsx";
import { SaveStep } from "./SaveStep.tsx";
import { SettingsStep } from "./SettingsStep.tsx";
import { StepRail } from "./StepRail.tsx";
import type { StepState } from "./StepRail.tsx";
import { isActive, isUnsaved, useCreator } from "./store.ts";
import type { Model, Run } from "./store.ts";

const LABELS = ["Model", "Bank", "Keys", "Run", "Gates", "Save"];

export function Creator(): ReactNode {
  const model = useCreator((state) => state.model);
  const run = useCreator((state) => state.run);
  useBeforeUnload(isUnsaved(run));
  const current = currentStep(model, run);
  const steps = LABELS.map((label, index) => ({ label, state: stateOf(index, current) }));
  const over = run?.status === "done" || run?.status === "committed";
  const started = run !== null && run.status !== "idle";
  return (
    <div className={styles.screen}>
      <StepRail steps={steps} />
      <div className={styles.steps}>
        <div className={styles.intro}>
          <h1>{copy.title}</h1>
          <p>{copy.lead}</p>
        </div>
        {!isActive(run) && !over && <ResumeCard />}
        {!(started && run.resumed) && <ModelStep />}
        {model?.status === "ready" && !isActive(run) && !over && <SettingsStep />}
        {started && !run.resumed && <KeysStep />}
        {started && <RunStep run={run} />}
        {run !== null && run.gates.length > 0 && (
          <GatesStep gates={run.gates} summary={run.summary} />
        )}
        {run?.summary != null && <SaveStep run={run} summary={run.summary} />}
      </div>
    </div>
  );
}

function currentStep(model: Model | null, run: Run | null): number {
  if (run !== null) {
    if (run.status === "done") return run.saved && run.phraseNoted ? LABELS.length : 5;
    if (run.phase === "gates") return 4;
    if (run.phase === "open" || run.phase === "keys") return 2;
    return 3;
  }
  return model?.status === "ready" ? 1 : 0;
}

function stateOf(index: number, current: number): StepState {
  if (index === current) return "current";
  return index < current ? "done" : "locked";
}
