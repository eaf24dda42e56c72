import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { resumeRun } from "@/features/creator/runActions.ts";
import { isActive, useCreator } from "@/features/creator/store.ts";
import { RegisterRun } from "@/features/register/RegisterRun.tsx";

/** Hands a sealed beacon from the registration to the training of the creator. */
export function RegisterRunScreen(): ReactNode {
  const runId = useParams({ strict: false, select: (params) => params.runId ?? "" });
  const run = useCreator((state) => state.run);
  return (
    <RegisterRun
      key={runId}
      runId={runId}
      training={isActive(run)}
      onEmbed={(record, passphrase) => {
        void resumeRun(record, passphrase, record.settings.device);
        location.hash = "#/";
      }}
    />
  );
}
