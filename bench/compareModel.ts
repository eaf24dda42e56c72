import { BENCH_MODELS, makeCase, matmulFlops, parameterCount } from "./benchModels.ts";
import type { BenchModelName } from "./benchModels.ts";
import type { Contender } from "./contender.ts";
import type { GpuCounts, GpuMeter } from "./gpuMeter.ts";
import { jaxContender } from "./jaxContender.ts";
import { signetCpu, signetWebGpu } from "./signetContender.ts";
import { median } from "./statistics.ts";

export interface ModelOptions {
  model: BenchModelName;
  rounds: number;
  /** Steps that each engine makes in a round. */
  steps: number;
  onProgress: (text: string) => void;
  /** Processor time of all processes of the browser so far, in seconds. */
  processorSeconds: () => Promise<number>;
}

export interface EngineResult {
  name: string;
  device: string;
  adapter: string | null;
  /** With opening, tracing and compiling. */
  firstStepMs: number;
  stepMs: number[];
  medianMs: number;
  /** Processor time of the whole browser per step, by rounds. */
  processorMs: number[];
  tokensPerSecond: number;
  gflops: number;
  losses: number[];
  peakBytes: number | null;
  ownPeakBytes: number | null;
  perStep: GpuCounts | null;
}

export interface ModelResult {
  model: BenchModelName;
  parameters: number;
  tokens: number;
  flops: number;
  /** Signet and jax-js on WebGPU, then the same on the processor. */
  engines: EngineResult[];
  /** Median step of jax-js on WebGPU over ours, and the same round by round. */
  speedup: number;
  roundSpeedups: number[];
  /** The same by processor time: what software adapters need, whatever else the machine does. */
  processorSpeedup: number;
  /** Largest difference of losses, relative, between our WebGPU engine and the others. */
  lossDifference: number;
  /** Milliseconds per kind of work in a step of our WebGPU engine, one dispatch at a time. */
  profile: Record<string, number>;
}

interface Runner {
  contender: Contender;
  firstStepMs: number;
  losses: number[];
  rounds: number[][];
  processorMs: number[];
  perStep: GpuCounts;
}

const OURS = "Signet WebGPU";
const THEIRS = "jax-js WebGPU";

/** Trains the model with all engines, taking turns. */
export async function compareModel(meter: GpuMeter, options: ModelOptions): Promise<ModelResult> {
  const { model: name, rounds, onProgress } = options;
  const model = BENCH_MODELS[name];
  const bench = makeCase(model);
  const runners: Runner[] = [];
  for (const open of [
    () => signetWebGpu(bench),
    () => jaxContender(bench, "webgpu"),
    () => signetCpu(bench),
    () => jaxContender(bench, "wasm"),
  ]) {
    const runner = await start(open);
    onProgress(`${name}: ${runner.contender.name}, first step ${seconds(runner.firstStepMs)}`);
    runners.push(runner);
  }
  for (let round = 0; round < rounds; round++) {
    // Everyone comes first in turn, so that a drift of the machine's load favours nobody.
    for (let i = 0; i < runners.length; i++) {
      const runner = runners[(i + round) % runners.length];
      const ms = await runRound(meter, runner, options);
      onProgress(
        `${name}: round ${round + 1} of ${rounds}, ${runner.contender.name} ${seconds(median(ms))} a step`,
      );
    }
  }
  const ours = byName(runners, OURS);
  const profile = (await ours.contender.profile?.()) ?? new Map<string, number>();
  const theirs = byName(runners, THEIRS);
  return {
    model: name,
    parameters: parameterCount(model),
    tokens: model.batch * model.seq,
    flops: matmulFlops(model),
    engines: runners.map((runner) => resultOf(meter, runner, model)),
    speedup: median(theirs.rounds.flat()) / median(ours.rounds.flat()),
    roundSpeedups: theirs.rounds.map((ms, i) => median(ms) / median(ours.rounds[i])),
    processorSpeedup: median(theirs.processorMs) / median(ours.processorMs),
    lossDifference: Math.max(
      ...runners.map(({ losses }) => largestDifference(losses, ours.losses)),
    ),
    profile: Object.fromEntries(profile),
  };
}

async function start(open: () => Promise<Contender>): Promise<Runner> {
  const startedAt = performance.now();
  const contender = await open();
  const losses = [await contender.step()];
  const firstStepMs = performance.now() - startedAt;
  const perStep = { dispatches: 0, submits: 0 };
  return { contender, firstStepMs, losses, rounds: [], processorMs: [], perStep };
}

async function runRound(
  meter: GpuMeter,
  runner: Runner,
  { steps, processorSeconds }: ModelOptions,
): Promise<number[]> {
  const before = meter.counts();
  const secondsBefore = await processorSeconds();
  const ms: number[] = [];
  for (let i = 0; i < steps; i++) {
    const startedAt = performance.now();
    runner.losses.push(await runner.contender.step());
    ms.push(performance.now() - startedAt);
  }
  runner.processorMs.push((1000 * ((await processorSeconds()) - secondsBefore)) / steps);
  const after = meter.counts();
  runner.rounds.push(ms);
  runner.perStep = {
    dispatches: (after.dispatches - before.dispatches) / steps,
    submits: (after.submits - before.submits) / steps,
  };
  return ms;
}

function byName(runners: readonly Runner[], name: string): Runner {
  const found = runners.find(({ contender }) => contender.name === name);
  if (found === undefined) throw new Error(`${name} takes part`);
  return found;
}

function resultOf(
  meter: GpuMeter,
  { contender, firstStepMs, losses, rounds, processorMs, perStep }: Runner,
  model: { batch: number; seq: number } & Parameters<typeof matmulFlops>[0],
): EngineResult {
  const { name, device, gpu } = contender;
  const stepMs = rounds.flat();
  const medianMs = median(stepMs);
  return {
    name,
    device,
    adapter: gpu === undefined ? null : meter.adapter(gpu),
    firstStepMs,
    stepMs,
    medianMs,
    processorMs,
    tokensPerSecond: (1000 * model.batch * model.seq) / medianMs,
    gflops: matmulFlops(model) / medianMs / 1e6,
    losses,
    peakBytes: gpu === undefined ? null : meter.peakBytes(gpu),
    ownPeakBytes: contender.ownPeakBytes?.() ?? null,
    perStep: gpu === undefined ? null : perStep,
  };
}

function largestDifference(losses: readonly number[], wanted: readonly number[]): number {
  return Math.max(...losses.map((loss, i) => Math.abs(loss - wanted[i]) / Math.abs(wanted[i])));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
