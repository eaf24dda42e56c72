import { AppError, isAbort } from "@/lib/errors.ts";
import type { CallOptions } from "@/rpc/connect.ts";
import type {
  DeviceChoice,
  FingerprintEvent,
  FingerprintSummary,
  RunRecord,
} from "@/rpc/protocols.ts";
import { persistStorage } from "@/storage/quota.ts";
import { trainClient } from "../shared/clients.ts";
import { useDevice } from "../shared/device.ts";
import { clearFeeds, keyAttempts, pushMetrics, runMetrics } from "./feeds.ts";
import { isActive, newRun, useCreator } from "./store.ts";

let abort: AbortController | null = null;
/** What `retry` does again; holds the passphrase no longer than the run is on screen. */
let again: ((waitForGpu: boolean) => Promise<void>) | null = null;

type Options = CallOptions<FingerprintEvent>;
type Work = (options: Options) => Promise<FingerprintSummary>;

/** Fingerprints the open model. Call it from a click, so that storage may be made persistent. */
export async function startRun(passphrase: string, waitForGpu = false): Promise<void> {
  const { model, settings, run } = useCreator.getState();
  if (model?.summary == null || isActive(run)) return;
  const { name, files } = model;
  again = (wait) => startRun(passphrase, wait);
  clearFeeds();
  useCreator.setState({ run: newRun(name, false, null) });
  await persistStorage();
  const device = settings.device;
  await follow(passphrase, device, (options) =>
    trainClient().call("fingerprint", { files, settings, passphrase, waitForGpu }, options),
  );
}

/** The first half of a run in bound mode: its bank is made and committed to, then it waits. */
export async function startCommit(
  passphrase: string,
  owner: string,
  waitForGpu = false,
): Promise<void> {
  const { model, settings, run } = useCreator.getState();
  if (model?.summary == null || isActive(run)) return;
  const { name, files } = model;
  again = (wait) => startCommit(passphrase, owner, wait);
  clearFeeds();
  useCreator.setState({ run: { ...newRun(name, false, null), bound: true } });
  await persistStorage();
  const controller = new AbortController();
  abort = controller;
  const { patchRun } = useCreator.getState();
  try {
    const params = { files, settings, passphrase, owner, waitForGpu };
    const options: Options = { signal: controller.signal, onEvent: applyEvent };
    await trainClient().call("commit", params, options);
    again = null;
    patchRun({ status: "committed" });
  } catch (error) {
    const stopped = isAbort(error) || controller.signal.aborted;
    patchRun(stopped ? { status: "cancelled" } : { status: "failed", error });
  }
}

/** Goes on with a stored run from its last checkpoint, or from its commitment with the beacon. */
export async function resumeRun(
  record: RunRecord,
  passphrase: string,
  device: DeviceChoice,
  waitForGpu = false,
): Promise<void> {
  if (isActive(useCreator.getState().run)) return;
  again = (wait) => resumeRun(record, passphrase, device, wait);
  clearFeeds();
  const bound = record.commitment !== undefined;
  useCreator.setState({ run: { ...newRun(record.modelName, true, record.id), bound } });
  useCreator.getState().patchRun({ phase: record.phase });
  const beacon = record.registration?.beacon ?? null;
  const params = { runId: record.id, passphrase, device, beacon, waitForGpu };
  await follow(passphrase, device, (options) => trainClient().call("resume", params, options));
}

/** Tries the failed start or resumption once more. */
export async function retryRun(waitForGpu: boolean): Promise<void> {
  await again?.(waitForGpu);
}

export async function setPaused(paused: boolean): Promise<void> {
  const { run, patchRun } = useCreator.getState();
  if (run === null || (run.status !== "running" && run.status !== "paused")) return;
  patchRun({ status: paused ? "pausing" : "running" });
  try {
    await trainClient().call("setPaused", { paused });
    const status = useCreator.getState().run?.status;
    if (status === "pausing") patchRun({ status: "paused" });
  } catch {
    // The run's own call rejects with what happened to the worker.
  }
}

export function togglePaused(): void {
  const status = useCreator.getState().run?.status;
  void setPaused(status === "running");
}

/** Asks the worker to stop after the step in progress; the checkpoint stays. */
export function cancelRun(): void {
  useCreator.getState().patchRun({ status: "stopping" });
  abort?.abort();
}

/** Ends the worker when it does not answer. */
export function forceStop(): void {
  trainClient().terminate();
}

async function follow(passphrase: string, device: DeviceChoice, work: Work): Promise<void> {
  const controller = new AbortController();
  abort = controller;
  const options: Options = { signal: controller.signal, onEvent: applyEvent };
  const { patchRun } = useCreator.getState();
  try {
    const summary = await surviveCrash(work, options, (runId) =>
      trainClient().call("resume", { runId, passphrase, device }, options),
    );
    again = null;
    patchRun({ status: "done", phase: "done", summary, gates: summary.gates });
  } catch (error) {
    const stopped = isAbort(error) || controller.signal.aborted;
    patchRun(stopped ? { status: "cancelled" } : { status: "failed", error });
  }
}

/** A worker that died is replaced once, and the run goes on from its last checkpoint. */
async function surviveCrash(
  work: Work,
  options: Options,
  resume: (runId: string) => Promise<FingerprintSummary>,
): Promise<FingerprintSummary> {
  try {
    return await work(options);
  } catch (error) {
    const crashed = error instanceof AppError && error.code === "WORKER_CRASHED";
    const run = useCreator.getState().run;
    if (!crashed || options.signal?.aborted || run?.runId == null || run.checkpoint === null) {
      throw error;
    }
    recovered(
      run.checkpoint.step,
      `The worker stopped; going on from step ${run.checkpoint.step}.`,
    );
    return resume(run.runId);
  }
}

function applyEvent(event: FingerprintEvent): void {
  const { patchRun, run } = useCreator.getState();
  switch (event.type) {
    case "run":
      patchRun({ runId: event.runId });
      break;
    case "phase":
      patchRun({ phase: event.phase, note: event.note, fraction: event.fraction });
      break;
    case "device":
      patchRun({ device: event.device });
      useDevice.getState().setUsed(event.device);
      break;
    case "attempt":
      keyAttempts.push(event.attempt);
      break;
    case "metrics":
      pushMetrics(event.metrics);
      break;
    case "samples":
      patchRun({ samples: { step: event.step, rows: event.samples } });
      break;
    case "checkpoint":
      patchRun({ checkpoint: { step: event.step, sizeBytes: event.sizeBytes } });
      break;
    case "gate":
      patchRun({ gates: [...(run?.gates ?? []), event.gate] });
      break;
    case "recovered":
      recovered(event.fromStep, event.message);
      break;
  }
}

function recovered(fromStep: number, message: string): void {
  const { patchRun, run } = useCreator.getState();
  patchRun({ recoveries: [...(run?.recoveries ?? []), message] });
  runMetrics.truncateFrom("step", fromStep + 1);
  runMetrics.mark({ x: fromStep, kind: "resume", label: `resumed at ${fromStep}` });
}
