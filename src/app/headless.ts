import type {
  DeviceChoice,
  FileEntry,
  FilesProtocol,
  FingerprintSettings,
  FingerprintSummary,
  InferProtocol,
  ModelSummary,
  VerifySummary,
} from "@/rpc/protocols.ts";
import { filesClient, inferClient, trainClient } from "@/features/shared/clients.ts";

/** What a script in the same browser may call. Progress goes to `window.signetHeadlessEvent`. */
export interface SignetHeadless {
  fingerprint(params: {
    files: readonly FileEntry[];
    settings: FingerprintSettings;
    passphrase: string;
    /** Where the run's files are put, on the page's own origin; the run is deleted afterwards. */
    uploadUrl?: string | null;
  }): Promise<FingerprintSummary>;
  resume(params: {
    runId: string;
    passphrase: string;
    device: DeviceChoice;
    uploadUrl?: string | null;
  }): Promise<FingerprintSummary>;
  verify(params: {
    files: readonly FileEntry[];
    bank: FileEntry;
    base: readonly FileEntry[] | null;
    passphrase: string;
    device: DeviceChoice;
  }): Promise<VerifySummary>;
  perplexity(
    params: InferProtocol["perplexity"]["params"],
  ): Promise<InferProtocol["perplexity"]["result"]>;
  generate(
    params: InferProtocol["generate"]["params"],
  ): Promise<InferProtocol["generate"]["result"]>;
  inspect(params: { files: readonly FileEntry[] }): Promise<ModelSummary>;
  hash(params: { files: readonly FileEntry[] }): Promise<{ sha256: string }>;
  listRuns(): Promise<FilesProtocol["listRuns"]["result"]>;
  recheckReport(
    params: FilesProtocol["recheckReport"]["params"],
  ): Promise<FilesProtocol["recheckReport"]["result"]>;
  uploadRunFiles(runId: string, baseUrl: string): Promise<number>;
  /** Aborts every call under way; they reject with an AbortError. */
  cancel(): void;
}

declare global {
  interface Window {
    signetHeadless?: SignetHeadless;
    signetHeadlessEvent?: (event: unknown) => unknown;
  }
}

/** Puts the interface on `window`; the studio itself is not mounted then. */
export function installHeadless(): void {
  let abort = new AbortController();
  const options = () => ({ signal: abort.signal, onEvent: forward });
  const finish = async (
    summary: FingerprintSummary,
    uploadUrl: string | null | undefined,
  ): Promise<FingerprintSummary> => {
    if (uploadUrl == null) return summary;
    await uploadRunFiles(summary.runId, uploadUrl, abort.signal);
    await filesClient().call("deleteRun", { runId: summary.runId });
    return summary;
  };
  window.signetHeadless = {
    async fingerprint({ uploadUrl, ...params }) {
      return finish(await trainClient().call("fingerprint", params, options()), uploadUrl);
    },
    async resume({ uploadUrl, ...params }) {
      return finish(await trainClient().call("resume", params, options()), uploadUrl);
    },
    async verify({ bank, ...params }) {
      const blob = await readEntry(bank, abort.signal);
      return inferClient().call("verify", { ...params, bank: blob }, options());
    },
    perplexity: (params) => inferClient().call("perplexity", params, options()),
    generate: (params) => inferClient().call("generate", params, options()),
    inspect: ({ files }) => filesClient().call("inspect", { files }, options()),
    hash: ({ files }) => filesClient().call("hash", { files }, options()),
    listRuns: () => filesClient().call("listRuns", {}),
    recheckReport: (params) => filesClient().call("recheckReport", params),
    uploadRunFiles: (runId, baseUrl) => uploadRunFiles(runId, baseUrl, abort.signal),
    cancel() {
      abort.abort();
      abort = new AbortController();
    },
  };
}

function forward(event: unknown): void {
  window.signetHeadlessEvent?.(event);
}

async function readEntry(entry: FileEntry, signal: AbortSignal): Promise<Blob> {
  if ("file" in entry) return entry.file;
  const response = await fetch(entry.url, { signal });
  if (!response.ok) throw new Error(`${entry.path} could not be read (${response.status}).`);
  return response.blob();
}

/** Sends every file of a finished run by PUT. Returns how many there were. */
async function uploadRunFiles(
  runId: string,
  baseUrl: string,
  signal: AbortSignal,
): Promise<number> {
  const files = await filesClient().call("runFiles", { runId }, { signal });
  for (const { path, file } of files) {
    const url = baseUrl + path.split("/").map(encodeURIComponent).join("/");
    const response = await fetch(url, { method: "PUT", body: file, signal });
    if (!response.ok) throw new Error(`${path} could not be written (${response.status}).`);
  }
  return files.length;
}
