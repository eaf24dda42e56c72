import type { LoadedModel } from "@/engine/types.ts";
import { judge } from "@/fingerprint/audit.ts";
import type { Bank } from "@/fingerprint/bank.ts";
import { requireSealed } from "@/fingerprint/bankFile.ts";
import { readChallenge } from "@/fingerprint/challenge.ts";
import {
  compareDevices,
  CONFIRMATION_KEYS,
  needsCpuConfirmation,
  type Agreement,
} from "@/fingerprint/cpuConfirmation.ts";
import { FingerprintError } from "@/fingerprint/errors.ts";
import { observe, type Observation } from "@/fingerprint/observe.ts";
import { checkRegistry } from "@/fingerprint/registryCheck.ts";
import { createReport, writeReport } from "@/fingerprint/report.ts";
import type { Report } from "@/fingerprint/reportSchema.ts";
import { EProcess, logitLogFactors, TEMPERATURES } from "@/fingerprint/statistics/eProcess.ts";
import { toLog10 } from "@/fingerprint/statistics/logSpace.ts";
import { firstPairs, testSetOf, type TestPair, type TestSet } from "@/fingerprint/testSet.ts";
import { diagnoseTokenizer } from "@/fingerprint/tokenizerCheck.ts";
import { openVault } from "@/fingerprint/vault.ts";
import type { Verdict } from "@/fingerprint/verdict.ts";
import { hashModel } from "@/formats/hf/hashModel.ts";
import type { ModelFolder } from "@/formats/hf/modelFolder.ts";
import type {
  DeviceChoice,
  DeviceReport,
  InferProtocol,
  KeyObservation,
  VerifyEvent,
  VerifySummary,
} from "@/rpc/protocols.ts";
import { withGpuLock } from "@/storage/gpuLock.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { openDevice } from "./openDevice.ts";
import { openModel, type OpenedModel } from "./openModel.ts";

type Method = InferProtocol["verify"];
type Emit = (event: VerifyEvent) => void;

/** Tests a suspect with a bank: the verdict of scheme §5 and the report that repeats it. */
export async function verifyJob(
  params: Method["params"],
  signal: AbortSignal,
  emit: Emit,
): Promise<Method["result"]> {
  const say = (note: string, fraction: number | null = null): void =>
    emit({ type: "phase", note, fraction });
  say(params.challenge === undefined ? "Opening the bank" : "Checking the challenge");
  const set = await openSet(params, signal);
  const chain = checkRegistry(set, params.registry ?? null);
  say("Reading the suspect");
  const suspect = await openModel(params.files, signal);
  const diagnosis = diagnoseTokenizer(set, suspect.tokenizer);
  const weightsHash = await hashModel(suspect.folder, signal, ({ doneBytes, totalBytes }) =>
    say("Hashing the suspect", doneBytes / totalBytes),
  );
  return withGpuLock(
    async () => {
      if (params.base) await checkBase(params.base, set, params.device, signal, say);
      const narrator = new Narrator(set, suspect.tokenizer, emit);
      say("Asking the suspect", 0);
      const { observations, device } = await ask(suspect, set, params.device, signal, {
        onDevice: (report) => emit({ type: "device", device: report }),
        onObservation: (observation, done, total) => {
          narrator.tell(observation);
          say("Asking the suspect", done / total);
        },
      });
      let confirmation: Agreement | null = null;
      if (needsCpuConfirmation(judge(set, observations, { chain }), device)) {
        say("Asking a few keys again on the processor");
        const few = firstPairs(set, CONFIRMATION_KEYS);
        const again = await ask(suspect, few, "cpu", signal, {});
        confirmation = compareDevices(observations, again.observations);
      }
      const { report, verdict } = createReport({
        set,
        observations,
        suspect: { name: suspect.name, weightsHash, tokenizerHash: suspect.tokenizer.hash },
        device,
        diagnosis,
        confirmation,
        chain,
        createdAt: new Date().toISOString(),
      });
      return summaryOf(verdict, report, device, narrator.told);
    },
    { signal, wait: true },
  );
}

/** What the page shows of a verdict. */
export function summaryOf(
  verdict: Verdict,
  report: Report,
  device: DeviceReport,
  observations: readonly KeyObservation[],
): VerifySummary {
  const { exact, logit, text, forcedChoice } = verdict.statistics;
  return {
    verdict: verdict.word,
    meaning: report.meaning,
    log10E: verdict.log10E,
    hits: exact.hits,
    keys: exact.keys,
    pValue: exact.pValue,
    fsr: verdict.fsr,
    device,
    observations,
    statistics: {
      logit: logit?.log10E ?? null,
      text: text.log10E,
      forcedChoice: forcedChoice?.log10E ?? null,
    },
    thresholds: {
      proven: verdict.thresholds.proven,
      strong: verdict.thresholds.strong,
      ceiling: verdict.ceiling,
    },
    report: writeReport(report),
  };
}

/** The pairs of a bank or of a challenge. @throws FingerprintError as openBank and readChallenge. */
async function openSet(
  { bank, passphrase, challenge }: Pick<Method["params"], "bank" | "passphrase" | "challenge">,
  signal: AbortSignal,
): Promise<TestSet> {
  if (challenge !== undefined) return readChallenge(challenge).testSet;
  if (bank === null) throw new RangeError("a bank or a challenge");
  return testSetOf(await openBank(bank, passphrase, signal));
}

/** @throws FingerprintError as openVault and requireSealed. */
export async function openBank(file: Blob, passphrase: string, signal: AbortSignal): Promise<Bank> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const bank = await openVault(bytes, passphrase, { signal });
  return requireSealed(bank);
}

async function ask(
  { folder }: OpenedModel,
  set: TestSet,
  choice: DeviceChoice,
  signal: AbortSignal,
  events: {
    onDevice?: (report: Method["result"]["device"]) => void;
    onObservation?: (observation: Observation, done: number, total: number) => void;
  },
): Promise<{ observations: Observation[]; device: Method["result"]["device"] }> {
  return onDevice(folder, choice, signal, async (model, device) => {
    events.onDevice?.(device);
    const observations = await observe(model, set, {
      signal,
      ...(events.onObservation ? { onObservation: events.onObservation } : {}),
    });
    return { observations, device };
  });
}

async function onDevice<T>(
  folder: ModelFolder,
  choice: DeviceChoice,
  signal: AbortSignal,
  work: (model: LoadedModel, device: Method["result"]["device"]) => Promise<T>,
): Promise<T> {
  const { engine, report } = await openDevice(choice);
  try {
    const model = await engine.load(folder.config, folder.weights, {
      trainable: { kind: "none" },
      signal,
    });
    return await work(model, report);
  } finally {
    engine.dispose();
  }
}

/** Largest difference, in nats, that another device or rounding of the base explains. */
const BASE_TOLERANCE_NATS = 0.05;

/**
 * With the base model at hand, the bank's base log-probabilities are recomputed: they are committed,
 * so a difference means that the base given is not the one the bank was made from.
 */
async function checkBase(
  entries: NonNullable<Method["params"]["base"]>,
  set: TestSet,
  choice: DeviceChoice,
  signal: AbortSignal,
  say: (note: string) => void,
): Promise<void> {
  say("Checking the base model");
  const base = await openModel(entries, signal);
  diagnoseTokenizer(set, base.tokenizer);
  const { observations } = await ask(base, set, choice, signal, {});
  let worst = 0;
  for (const [i, { candidateLogProbs }] of observations.entries()) {
    for (const [j, value] of candidateLogProbs.entries()) {
      worst = Math.max(worst, Math.abs(value - set.pairs[i].baseLogProbs[j]));
    }
  }
  if (worst <= BASE_TOLERANCE_NATS) return;
  throw new FingerprintError(
    "BASE_MISMATCH",
    "The base model given is not the one this bank was made from.",
    "Give the untouched model of the bank, or leave the base out: the bank holds what is needed.",
    { details: `log-probabilities differ by up to ${worst.toFixed(2)} nats` },
  );
}

/** Turns observations into rows for people, with the evidence so far. */
class Narrator {
  readonly told: KeyObservation[] = [];
  readonly #pairs: Map<number, TestPair>;
  readonly #process = new EProcess(TEMPERATURES.length);
  readonly #tokenizer: Tokenizer;
  readonly #emit: Emit;

  constructor(set: TestSet, tokenizer: Tokenizer, emit: Emit) {
    this.#pairs = new Map(set.pairs.map((pair) => [pair.index, pair]));
    this.#tokenizer = tokenizer;
    this.#emit = emit;
  }

  tell({ index, candidateLogProbs, greedyToken }: Observation): void {
    const pair = this.#pairs.get(index);
    if (!pair) return;
    const { candidates, baseLogProbs, responseIndex } = pair;
    const own = candidateLogProbs[responseIndex];
    const factors = logitLogFactors(candidateLogProbs, baseLogProbs, responseIndex);
    const text = (id: number) => this.#tokenizer.tokenText(id).trim();
    const observation: KeyObservation = {
      index,
      key: pair.text,
      mode: pair.mode,
      candidates: candidates.map(text),
      response: text(candidates[responseIndex]),
      rank: candidateLogProbs.filter((value) => value > own).length,
      shift: own - baseLogProbs[responseIndex],
      answer: text(greedyToken),
      hit: greedyToken === candidates[responseIndex],
      log10E: toLog10(this.#process.add(factors)),
    };
    this.told.push(observation);
    this.#emit({ type: "observation", observation });
  }
}
