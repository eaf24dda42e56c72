import { isAbort } from "@/lib/errors.ts";
import type { VerifyEvent } from "@/rpc/protocols.ts";
import { inferClient } from "../shared/clients.ts";
import { demoFiles } from "../shared/demoFiles.ts";
import { useDevice } from "../shared/device.ts";
import { clearObservations, pushObservation } from "./feeds.ts";
import { registryAtHand } from "./registry.ts";
import { useAudit } from "./store.ts";

let abort: AbortController | null = null;
/** What `retryAudit` does again; dropped as soon as an audit has ended well. */
let again: ((waitForGpu: boolean) => Promise<void>) | null = null;

export async function startAudit(passphrase: string, waitForGpu = false): Promise<void> {
  const { suspect, bank, base, device, audit, patchAudit } = useAudit.getState();
  if (suspect === null || bank === null) return;
  if (audit?.status === "running" || audit?.status === "stopping") return;
  const controller = new AbortController();
  abort = controller;
  again = (wait) => startAudit(passphrase, wait);
  clearObservations();
  useAudit.setState({
    audit: {
      status: "running",
      suspectName: suspect.name,
      note: "Starting",
      fraction: null,
      device: null,
      summary: null,
      error: null,
    },
  });
  const { files } = suspect;
  try {
    const registry = await registryAtHand();
    controller.signal.throwIfAborted();
    const summary = await inferClient().call(
      "verify",
      { files, bank, passphrase, base: base?.files ?? null, device, waitForGpu, registry },
      { signal: controller.signal, onEvent: applyEvent },
    );
    again = null;
    patchAudit({ status: "done", summary, device: summary.device });
  } catch (error) {
    const stopped = isAbort(error) || controller.signal.aborted;
    patchAudit(stopped ? { status: "cancelled" } : { status: "failed", error });
  }
}

export async function retryAudit(waitForGpu: boolean): Promise<void> {
  await again?.(waitForGpu);
}

export function cancelAudit(): void {
  useAudit.getState().patchAudit({ status: "stopping" });
  abort?.abort();
}

export async function pickDemoSuspect(): Promise<void> {
  try {
    useAudit.setState({ suspect: await demoFiles(), dropError: null, audit: null });
  } catch (error) {
    failDrop(error);
  }
}

export function failDrop(error: unknown): void {
  useAudit.setState({ dropError: error });
}

function applyEvent(event: VerifyEvent): void {
  const { patchAudit } = useAudit.getState();
  if (event.type === "phase") patchAudit({ note: event.note, fraction: event.fraction });
  else if (event.type === "observation") pushObservation(event.observation);
  else {
    patchAudit({ device: event.device });
    useDevice.getState().setUsed(event.device);
  }
}
