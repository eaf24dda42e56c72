import type { HostAnswer } from "@/fingerprint/prover/hostEvidence.ts";
import type { TranscriptCall } from "@/fingerprint/prover/transcript.ts";
import type { TestPair } from "@/fingerprint/testSet.ts";
import { JobError } from "../errors.ts";
import { exchange, type ExchangeOptions, type HostAddress, type Patience } from "./exchange.ts";
import {
  readAnswer,
  readModels,
  requestBody,
  ROUTE_PATHS,
  type HostManner,
  type HostRoute,
} from "./openAiCall.ts";

/** How this host wants to be asked, found out without any key. */
export interface HostProbe extends HostManner {
  model: string | null;
  /** True when a host has no route that keys of this bank are made for. */
  otherRoute: boolean;
}

export interface AskOptions {
  signal: AbortSignal;
  patience: Patience;
  onCall: (call: TranscriptCall) => void;
  onWait?: (waitMs: number, why: string) => void;
}

/** A host that is not there is found out before any key is at stake, so soon. */
const PROBE_ATTEMPTS = 2;
/** Text of the call that finds out how a host answers; it is no key and says nothing. */
const PROBE = "Hello";
/** Lengths of lists that hosts grant: vLLM and OpenAI's chats 20, OpenAI's completions 5. */
const LISTS = [20, 5, 0];

/**
 * Finds model, route and list of a host.
 * @param chat whether the bank's keys are user turns of a chat
 * @throws JobError HOST_UNREACHABLE, HOST_REFUSES, HOST_NOT_OPENAI; AbortError.
 */
export async function probeHost(
  host: HostAddress,
  wanted: { model: string | null; chat: boolean },
  options: AskOptions,
): Promise<HostProbe> {
  const { patience } = options;
  const soon = {
    ...options,
    index: null,
    patience: { ...patience, attempts: Math.min(PROBE_ATTEMPTS, patience.attempts) },
  };
  const model = wanted.model ?? (await onlyModel(host, soon));
  const own: HostRoute = wanted.chat ? "chat" : "completions";
  for (const route of [own, own === "chat" ? "completions" : "chat"] as const) {
    for (const listed of LISTS) {
      const manner = { route, listed };
      const response = await exchange(
        host,
        ROUTE_PATHS[route],
        requestBody(PROBE, model, manner),
        soon,
      );
      if (response === null) throw unreachable();
      if ([401, 402, 403].includes(response.status)) throw refuses(response.status);
      if ([404, 405, 501].includes(response.status)) break;
      const said = response.status === 200 ? readAnswer(response.body, route) : null;
      if (said === null) {
        if (response.status >= 500 || response.status === 429) throw unreachable(response.status);
        continue;
      }
      return { route, listed: said.listed === null ? 0 : listed, model, otherRoute: route !== own };
    }
  }
  throw new JobError(
    "HOST_NOT_OPENAI",
    "The host answers neither /v1/completions nor /v1/chat/completions as OpenAI's API does.",
    "Check the address and the model's name.",
  );
}

/** The host's only model; null leaves the choice to the host. */
async function onlyModel(host: HostAddress, soon: ExchangeOptions): Promise<string | null> {
  const response = await exchange(host, "/v1/models", null, soon);
  if (response === null) throw unreachable();
  const models = response.status === 200 ? readModels(response.body) : [];
  if (models.length > 1) {
    throw new JobError(
      "HOST_MODEL_NEEDED",
      `The host serves ${models.length} models.`,
      `Name the one to ask: ${models.slice(0, 8).join(", ")}.`,
    );
  }
  return models[0] ?? null;
}

/** Keys in a row without any answer after which a host counts as down. */
const DOWN_AFTER = 3;

export interface AskedKey {
  answer: HostAnswer;
  /** Token of the receipt that the host signed for this call. */
  receipt: string | null;
}

/**
 * Asks one query a key, in the order of the challenge. A key that gets no answer after repeated requests
 * is a miss.
 * @throws JobError HOST_UNREACHABLE once three keys in a row get none, HOST_REFUSES; AbortError.
 */
export async function askKeys(
  host: HostAddress,
  probe: HostProbe,
  pairs: readonly TestPair[],
  options: AskOptions & { onAnswer: (asked: AskedKey, done: number) => void },
): Promise<void> {
  let silent = 0;
  for (const [done, { index, text }] of pairs.entries()) {
    const body = requestBody(text, probe.model, probe);
    const response = await exchange(host, ROUTE_PATHS[probe.route], body, { ...options, index });
    if (response !== null && [401, 402, 403].includes(response.status)) {
      throw refuses(response.status);
    }
    const said = response?.status === 200 ? readAnswer(response.body, probe.route) : null;
    silent = said === null ? silent + 1 : 0;
    if (silent >= DOWN_AFTER) throw unreachable(response?.status);
    options.onAnswer(
      {
        answer: { index, text: said?.text ?? null, listed: said?.listed ?? null },
        receipt: response?.headers["x-oml-receipt"] ?? null,
      },
      done + 1,
    );
  }
}

function unreachable(status?: number): JobError {
  return new JobError(
    "HOST_UNREACHABLE",
    "The host does not answer.",
    "Check that it runs and that its address is right, then begin again. Keys that it has seen stay burnt.",
    status === undefined ? {} : { details: `HTTP ${status}` },
  );
}

function refuses(status: number): JobError {
  return new JobError(
    "HOST_REFUSES",
    "The host answers only with a permission or a key.",
    "A host that asks everybody for permission is no thief. Give a key to go on if you have one.",
    { details: `HTTP ${status}` },
  );
}
