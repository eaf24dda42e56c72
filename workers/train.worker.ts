import { commitJob } from "@/jobs/fingerprint/commitJob.ts";
import { fingerprintJob } from "@/jobs/fingerprint/fingerprintJob.ts";
import type { JobContext } from "@/jobs/fingerprint/context.ts";
import { resumeJob } from "@/jobs/fingerprint/resumeJob.ts";
import { PauseGate } from "@/jobs/pauseGate.ts";
import type { FingerprintEvent, TrainProtocol } from "@/rpc/protocols.ts";
import { serve, type CallContext } from "@/rpc/serve.ts";

const gate = new PauseGate();

function jobContext({ signal, emit, drain }: CallContext<FingerprintEvent>): JobContext {
  return {
    signal,
    emit,
    async whilePaused() {
      await drain();
      await gate.opened(signal);
    },
  };
}

serve<TrainProtocol>(
  {
    fingerprint: (params, context) => fingerprintJob(params, jobContext(context)),
    commit: (params, context) => commitJob(params, jobContext(context)),
    resume: (params, context) => resumeJob(params, jobContext(context)),
    setPaused: ({ paused }) => {
      gate.set(paused);
      return null;
    },
  },
  self,
);
