import { hashModel } from "@/formats/hf/hashModel.ts";
import { inspectJob } from "@/jobs/inspectJob.ts";
import { folderFiles } from "@/jobs/openModel.ts";
import { openModelFolder } from "@/formats/hf/modelFolder.ts";
import { recheckJob } from "@/jobs/recheckJob.ts";
import { allRuns, removeRun, runFiles } from "@/jobs/runs.ts";
import type { FilesProtocol } from "@/rpc/protocols.ts";
import { serve } from "@/rpc/serve.ts";

serve<FilesProtocol>(
  {
    inspect: (params, { signal }) => inspectJob(params, signal),
    hash: async ({ files }, { signal, emit }) => {
      const folder = await openModelFolder(await folderFiles(files, signal), signal);
      const sha256 = await hashModel(folder, signal, ({ doneBytes, totalBytes }) =>
        emit({ type: "progress", fraction: doneBytes / totalBytes }),
      );
      return { sha256 };
    },
    listRuns: () => allRuns(),
    deleteRun: async ({ runId }) => {
      await removeRun(runId);
      return null;
    },
    runFiles: ({ runId }) => runFiles(runId),
    recheckReport: (params, { signal }) => recheckJob(params, signal),
  },
  self,
);
