import { generateJob } from "@/jobs/generateJob.ts";
import { perplexityJob } from "@/jobs/perplexityJob.ts";
import { verifyJob } from "@/jobs/verifyJob.ts";
import type { InferProtocol } from "@/rpc/protocols.ts";
import { serve } from "@/rpc/serve.ts";

serve<InferProtocol>(
  {
    verify: (params, { signal, emit }) => verifyJob(params, signal, emit),
    perplexity: (params, { signal, emit }) => perplexityJob(params, signal, emit),
    generate: (params, { signal, emit }) => generateJob(params, signal, emit),
  },
  self,
);
