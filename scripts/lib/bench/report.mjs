// @ts-check
import { sizeText } from "../signet/tables.mjs";

/**
 * @typedef {import("./runInBrowser.mjs").BenchResults} BenchResults
 * @typedef {import("./runInBrowser.mjs").ModelResult} ModelResult
 */

/** Losses of engines that do the same work differ by rounding only. */
const LARGEST_LOSS_DIFFERENCE = 1e-4;

/** Kinds of work below this share of a step are added up. */
const SMALLEST_SHARE = 0.005;

/** @param {BenchResults} results @returns {string[]} why figures may not be compared; none if they may */
export function failedComparisons({ models }) {
  return models.flatMap(({ model, lossDifference, engines }) => {
    const reasons = [];
    if (!(lossDifference <= LARGEST_LOSS_DIFFERENCE)) {
      reasons.push(`on ${model} the losses differ by ${lossDifference.toExponential(1)} relative`);
    }
    const adapters = new Set(engines.flatMap(({ adapter }) => adapter ?? []));
    if (adapters.size > 1) {
      reasons.push(`on ${model} the adapters differ: ${[...adapters].join(" and ")}`);
    }
    return reasons;
  });
}

/** @param {BenchResults} results @returns {string[]} lines of Markdown */
export function report(results) {
  const { machine, models, cpuMatmul } = results;
  const { processor, cores, memoryBytes, browser } = machine;
  return [
    `${browser}, ${cores} cores of ${processor}, ${sizeText(memoryBytes)} of memory`,
    ...models.flatMap(modelReport),
    "",
    "Matrix product on the processor, 512×512 by 512×512 transposed",
    "",
    ...markdown([
      ["engine", "GFLOP/s", "best"],
      ...cpuMatmul.map(({ engine, gflops, bestGflops }) => [
        engine,
        gflops.toFixed(1),
        bestGflops.toFixed(1),
      ]),
    ]),
  ];
}

/** @param {ModelResult} result */
function modelReport(result) {
  const { model, parameters, tokens, flops, engines, speedup, roundSpeedups, processorSpeedup } =
    result;
  const million = (parameters / 1e6).toFixed(2);
  const [, theirs] = engines;
  const adapter = theirs.adapter ?? "none";
  return [
    "",
    `Model ${model}: ${million} M parameters, ${tokens} tokens and ` +
      `${(flops / 1e9).toFixed(2)} GFLOP of matmul a step; adapter: ${adapter}`,
    "",
    ...markdown([
      [
        "engine",
        "ms/step",
        "fastest",
        "CPU s/step",
        "× jax-js",
        "tokens/s",
        "GFLOP/s",
        "GPU peak",
        "dispatches",
        "submits",
        "first step",
      ],
      ...engines.map((engine) => engineRow(engine, theirs.medianMs)),
    ]),
    "",
    `Signet is ${speedup.toFixed(2)} times as fast as jax-js on WebGPU ` +
      `(medians; round by round ${roundSpeedups.map((ratio) => ratio.toFixed(2)).join(", ")}) ` +
      `and ${processorSpeedup.toFixed(2)} times by processor time.`,
    ...ownAccount(engines),
    `Losses of ${engines[0].losses.length} steps agree to ${result.lossDifference.toExponential(1)} ` +
      `(first ${engines[0].losses
        .slice(0, 3)
        .map((loss) => loss.toFixed(5))
        .join(", ")}).`,
    "",
    ...profileTable(result.profile),
  ];
}

/** @param {ModelResult["engines"][number]} engine @param {number} theirMs */
function engineRow(engine, theirMs) {
  const { perStep, peakBytes } = engine;
  return [
    `${engine.name} (${engine.device})`,
    msText(engine.medianMs),
    msText(Math.min(...engine.stepMs)),
    (medianOf(engine.processorMs) / 1000).toFixed(2),
    (theirMs / engine.medianMs).toFixed(2),
    engine.tokensPerSecond.toFixed(engine.tokensPerSecond < 100 ? 1 : 0),
    engine.gflops.toFixed(2),
    peakBytes === null ? "–" : sizeText(peakBytes),
    perStep === null ? "–" : perStep.dispatches.toFixed(0),
    perStep === null ? "–" : perStep.submits.toFixed(0),
    `${(engine.firstStepMs / 1000).toFixed(1)} s`,
  ];
}

/** @param {ModelResult["engines"]} engines */
function ownAccount(engines) {
  return engines.flatMap(({ name, ownPeakBytes }) =>
    ownPeakBytes === null
      ? []
      : [`By its own account ${name} held ${sizeText(ownPeakBytes)} at most.`],
  );
}

/** @param {Record<string, number>} profile */
function profileTable(profile) {
  const entries = Object.entries(profile).sort(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, ms]) => sum + ms, 0);
  const large = entries.filter(([, ms]) => ms / total >= SMALLEST_SHARE);
  const rest = total - large.reduce((sum, [, ms]) => sum + ms, 0);
  const rows = rest > 0 ? [...large, /** @type {[string, number]} */ (["others", rest])] : large;
  return markdown([
    ["one dispatch at a time", "ms", "share"],
    ...rows.map(([kind, ms]) => [kind, msText(ms), `${((100 * ms) / total).toFixed(1)} %`]),
    ["sum", msText(total), "100 %"],
  ]);
}

/** @param {readonly number[]} values */
function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (low + high) / 2;
}

/** @param {number} ms */
function msText(ms) {
  return ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

/** @param {readonly (readonly string[])[]} rows the first one is the head */
function markdown([head, ...body]) {
  const rule = head.map(() => "---");
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((row) => row[i].length), 3));
  return [head, rule, ...body].map(
    (row) =>
      `| ${row.map((cell, i) => cell.padEnd(widths[i], cell === "---" ? "-" : " ")).join(" | ")} |`,
  );
}
