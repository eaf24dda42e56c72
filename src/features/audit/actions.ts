import { isAbort } from "@/lib/errors.ts";
import type { ServedHost } from "@/lib/hosts.ts";
import type { ChallengeProtocol } from "@/rpc/challengeProtocol.ts";
import type { VerifySummary } from "@/rpc/protocols.ts";
import { challengeClient, inferClient } from "../shared/clients.ts";
import { demoFiles } from "../shared/demoFiles.ts";
import { useDevice } from "../shared/device.ts";
import { clearObservations, pushObservation } from "./feeds.ts";
import {
  closeChallenge,
  isChallengeFile,
  openChallenge,
  useOpenedChallenge,
} from "../shared/openedChallenge.ts";
import { registryAtHand } from "../shared/registryAtHand.ts";
import { useAudit } from "./store.ts";
import type { Audit } from "./store.ts";

let abort: AbortController | null = null;
/** What `retryAudit` does again; dropped as soon as an audit has ended well. */
let again: ((waitForGpu: boolean) => Promise<void>) | null = null;

export async function startAudit(passphrase: string, waitForGpu = false): Promise<void> {
  const { suspect, bank, base, device } = useAudit.getState();
  const challenge = useOpenedChallenge.getState().opened?.sheet?.text;
  if (suspect === null || (bank === null && challenge === undefined)) return;
  await run(suspect.name, async (signal) => {
    again = (wait) => startAudit(passphrase, wait);
    const { files } = suspect;
    const registry = await registryAtHand();
    signal.throwIfAborted();
    const summary = await inferClient().call(
      "verify",
      {
        files,
        bank: challenge === undefined ? bank : null,
        passphrase: challenge === undefined ? passphrase : "",
        ...(challenge === undefined ? {} : { challenge }),
        base: base?.files ?? null,
        device,
        waitForGpu,
        registry,
      },
      { signal, onEvent: applyEvent },
    );
    return { summary, host: null };
  });
}

/** Asks a host the pairs of the opened challenge. The key of access is kept nowhere. */
export async function startHostAudit(host: ServedHost, apiKey: string): Promise<void> {
  const { tokenizer, hostModel } = useAudit.getState();
  const challenge = useOpenedChallenge.getState().opened?.sheet?.text;
  if (tokenizer === null || challenge === undefined) return;
  await run(host.name, async (signal) => {
    again = null;
    const registry = await registryAtHand();
    signal.throwIfAborted();
    const { name, url, path } = host;
    const { summary, ...evidence } = await challengeClient().call(
      "askHost",
      {
        challenge,
        host: {
          name,
          url,
          base: new URL(path, document.baseURI).href,
          model: hostModel.trim() === "" ? null : hostModel.trim(),
          apiKey: apiKey === "" ? null : apiKey,
        },
        tokenizerFiles: tokenizer.files,
        registry,
      },
      { signal, onEvent: applyEvent },
    );
    return { summary, host: { ...evidence, url } };
  });
}

async function run(
  suspectName: string,
  work: (signal: AbortSignal) => Promise<Pick<Audit, "host"> & { summary: VerifySummary }>,
): Promise<void> {
  const { audit, patchAudit } = useAudit.getState();
  if (audit?.status === "running" || audit?.status === "stopping") return;
  const controller = new AbortController();
  abort = controller;
  clearObservations();
  useAudit.setState({
    audit: {
      status: "running",
      suspectName,
      note: "Starting",
      fraction: null,
      device: null,
      summary: null,
      host: null,
      cutTranscript: null,
      error: null,
    },
  });
  try {
    const { summary, host } = await work(controller.signal);
    again = null;
    patchAudit({ status: "done", summary, host, device: summary.device });
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

/** Takes files for the bank's place: a bank, or a challenge package in its stead. */
export async function takeBank(file: File): Promise<void> {
  useAudit.setState({ dropError: null });
  if (await isChallengeFile(file)) {
    useAudit.setState({ bank: null });
    await openChallenge(file);
  } else {
    closeChallenge();
    useAudit.setState({ bank: file });
  }
}

/** The demo model's files, for their tokenizer. */
export async function pickDemoTokenizer(): Promise<void> {
  try {
    useAudit.setState({ tokenizer: await demoFiles(), dropError: null });
  } catch (error) {
    failDrop(error);
  }
}

function applyEvent(event: ChallengeProtocol["askHost"]["event"]): void {
  const { patchAudit } = useAudit.getState();
  if (event.type === "phase") patchAudit({ note: event.note, fraction: event.fraction });
  else if (event.type === "transcript") patchAudit({ cutTranscript: event.transcript });
  else if (event.type === "observation") pushObservation(event.observation);
  else {
    patchAudit({ device: event.device });
    if (event.device.kind !== "host") useDevice.getState().setUsed(event.device);
  }
}
