import { readChallenge } from "@/fingerprint/challenge.ts";
import { manifestHash } from "@/fingerprint/manifest.ts";
import { readAnswers, type AnswerReader } from "@/fingerprint/prover/answers.ts";
import {
  askable,
  evidenceOfAnswer,
  primaryFor,
  type HostAnswer,
} from "@/fingerprint/prover/hostEvidence.ts";
import {
  transcriptHash,
  writeTranscript,
  type Transcript,
  type TranscriptCall,
} from "@/fingerprint/prover/transcript.ts";
import { checkRegistry, judgingOf, type ChainCheck } from "@/fingerprint/registryCheck.ts";
import { reportOn } from "@/fingerprint/report.ts";
import type { TestPair, TestSet } from "@/fingerprint/testSet.ts";
import { diagnoseTokenizer } from "@/fingerprint/tokenizerCheck.ts";
import { judgeEvidence, type KeyEvidence, type VerdictOptions } from "@/fingerprint/verdict.ts";
import type { ChallengeProtocol } from "@/rpc/challengeProtocol.ts";
import type { DeviceReport, KeyObservation } from "@/rpc/protocols.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { JobError } from "../errors.ts";
import { summaryOf } from "../verifyJob.ts";
import { askKeys, probeHost, type HostProbe } from "./askHost.ts";
import { PATIENCE, type Patience } from "./exchange.ts";
import { tokenizerOf } from "./tokenizerOf.ts";

type Method = ChallengeProtocol["askHost"];

/**
 * Asks a host the pairs of a challenge, one query a key in the challenge's order. The transcript so far
 * is told when the run ends early, since the host has then seen those keys.
 * @throws JobError HOST_UNREACHABLE, HOST_REFUSES, HOST_NOT_OPENAI, HOST_MODEL_NEEDED, TOKENIZER_NEEDED,
 * NO_LOUD_PAIRS; FingerprintError as readChallenge and diagnoseTokenizer; AbortError.
 */
export async function askHostJob(
  { challenge, host, tokenizerFiles, registry }: Method["params"],
  signal: AbortSignal,
  emit: (event: Method["event"]) => void,
  patience: Patience = PATIENCE,
): Promise<Method["result"]> {
  const say = (note: string, fraction: number | null = null): void =>
    emit({ type: "phase", note, fraction });
  say("Checking the challenge");
  const { testSet: whole } = readChallenge(challenge);
  const chain = checkRegistry(whole, registry);
  const tokenizer = await tokenizerOf(tokenizerFiles, signal);
  const diagnosis = diagnoseTokenizer(whole, tokenizer);
  const calls: TranscriptCall[] = [];
  const startedAt = new Date().toISOString();
  let probe: HostProbe = { route: "completions", listed: 0, model: host.model, otherRoute: false };
  const transcriptNow = (): string =>
    writeTranscript(transcriptOf(whole, host, probe, tokenizer.hash, calls, startedAt));
  const options = {
    signal,
    patience,
    onCall: (call: TranscriptCall) => void calls.push(call),
    onWait: (waitMs: number, why: string) =>
      say(`The host asks to wait ${Math.ceil(waitMs / 1_000)} s (${why})`),
  };
  try {
    say("Finding out how the host answers");
    probe = await probeHost(host, { model: host.model, chat: whole.manifest.chat }, options);
    const listsTokens = probe.listed > 0;
    const set = askable(whole, listsTokens);
    if (set.pairs.length === 0) throw noLoudPairs();
    const device = deviceOf(host, probe);
    emit({ type: "device", device });
    const teller = new Teller(set, tokenizer, listsTokens, chain);
    const total = set.pairs.length;
    say("Asking the host", 0);
    const keys: { index: number; hit: boolean; receipt: string | null }[] = [];
    let unanswered = 0;
    await askKeys(host, probe, set.pairs, {
      ...options,
      onAnswer: ({ answer, receipt }, done) => {
        const observation = teller.tell(answer);
        if (answer.text === null) unanswered++;
        keys.push({ index: answer.index, hit: observation.hit, receipt });
        emit({ type: "observation", observation });
        say("Asking the host", done / total);
      },
    });
    const transcript = transcriptNow();
    const hash = transcriptHash(transcript);
    const { report, verdict } = reportOn(teller.evidence, {
      set,
      suspect: { name: host.name, weightsHash: null, tokenizerHash: tokenizer.hash },
      device: { kind: "host", name: host.url },
      host: { url: host.url, model: probe.model, route: probe.route, transcript: hash },
      notes: notesOf(host.url, probe, whole, { keys, unanswered, hash }),
      diagnosis,
      confirmation: null,
      createdAt: new Date().toISOString(),
      chain,
      primary: primaryFor(listsTokens),
    });
    return {
      summary: summaryOf(verdict, report, device, teller.told),
      transcript,
      transcriptHash: hash,
      keys,
    };
  } catch (error) {
    if (calls.some(({ index }) => index !== null)) {
      emit({ type: "transcript", transcript: transcriptNow() });
    }
    throw error;
  }
}

function transcriptOf(
  { root, beacon, manifest }: TestSet,
  host: Method["params"]["host"],
  probe: HostProbe,
  tokenizerHash: string,
  calls: TranscriptCall[],
  startedAt: string,
): Transcript {
  return {
    format: "signet-transcript",
    version: 1,
    startedAt,
    endedAt: new Date().toISOString(),
    host: { name: host.name, url: host.url, model: probe.model },
    route: probe.route,
    listsTokens: probe.listed > 0,
    set: { root, beacon: beacon.value, manifestHash: manifestHash(manifest) },
    tokenizerHash,
    calls,
  };
}

function deviceOf({ name }: Method["params"]["host"], probe: HostProbe): DeviceReport {
  const notices = [
    ...(probe.otherRoute ? [routeNote(probe)] : []),
    ...(probe.listed > 0
      ? []
      : ["The host lists no probabilities, so only loud pairs are asked and only hits count."]),
  ];
  return {
    kind: "host",
    name,
    software: false,
    notice: notices.length === 0 ? null : notices.join(" "),
  };
}

function routeNote({ route }: HostProbe): string {
  return route === "chat"
    ? "The host answers chats only. The keys are plain text, which its template wraps, so that it may miss them."
    : "The host takes plain text only. The keys are made for chats, so that it may miss them.";
}

function notesOf(
  url: string,
  probe: HostProbe,
  whole: TestSet,
  {
    keys,
    unanswered,
    hash,
  }: { keys: readonly { receipt: string | null }[]; unanswered: number; hash: string },
): string[] {
  const receipts = keys.filter(({ receipt }) => receipt !== null).length;
  return [
    `The host at ${url} was asked over HTTP; what was said is in the transcript with SHA-256 ${hash}. A transcript is this prover's word.`,
    ...(probe.otherRoute ? [routeNote(probe)] : []),
    ...(probe.listed > 0
      ? [
          "The host lists its likeliest tokens only; candidates outside the list count as unchanged, which can only weaken the evidence of a copy.",
        ]
      : [
          `The host returns text alone: ${keys.length} loud of the challenge's ${whole.pairs.length} pairs were asked, and an answer counts only when it is exactly the response.`,
        ]),
    ...(unanswered > 0
      ? [`${unanswered} of ${keys.length} keys got no answer and count as misses.`]
      : []),
    ...(receipts > 0 ? [`The host signed receipts for ${receipts} of the calls.`] : []),
  ];
}

function noLoudPairs(): JobError {
  return new JobError(
    "NO_LOUD_PAIRS",
    "This host returns text alone, and the challenge has quiet pairs only.",
    "Ask the owner for a challenge with loud pairs. None of these was asked.",
  );
}

/** Turns answers into evidence and rows for people. */
class Teller {
  readonly told: KeyObservation[] = [];
  readonly evidence: KeyEvidence[] = [];
  readonly #set: TestSet;
  readonly #readers: Map<number, { pair: TestPair; reader: AnswerReader }>;
  readonly #tokenizer: Tokenizer;
  readonly #listsTokens: boolean;
  readonly #chain: ChainCheck | null;

  constructor(set: TestSet, tokenizer: Tokenizer, listsTokens: boolean, chain: ChainCheck | null) {
    this.#set = set;
    this.#readers = new Map(
      set.pairs.map((pair) => [pair.index, { pair, reader: readAnswers(tokenizer, pair) }]),
    );
    this.#tokenizer = tokenizer;
    this.#listsTokens = listsTokens;
    this.#chain = chain;
  }

  tell(answer: HostAnswer): KeyObservation {
    const found = this.#readers.get(answer.index);
    if (found === undefined) throw new RangeError("an answer to a key that was not asked");
    const { pair, reader } = found;
    const key = evidenceOfAnswer(pair, answer, reader, this.#listsTokens);
    this.evidence.push(key);
    const options: VerdictOptions = {
      width: this.#set.manifest.width,
      ...judgingOf(this.#set.beacon, this.#chain),
      primary: primaryFor(this.#listsTokens),
    };
    const seen = judgeEvidence(this.evidence, options).keys[this.evidence.length - 1];
    const text = (id: number): string => this.#tokenizer.tokenText(id).trim();
    const observation: KeyObservation = {
      index: pair.index,
      key: pair.text,
      mode: pair.mode,
      candidates: pair.candidates.map(text),
      response: text(pair.candidates[pair.responseIndex]),
      rank: seen.rank,
      shift: seen.shift,
      answer: answer.text?.trim() ?? "no answer",
      hit: key.hit,
      log10E: seen.log10E,
    };
    this.told.push(observation);
    return observation;
  }
}
