// @ts-check
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { wholeNumber } from "../options.mjs";
import {
  beaconFlag,
  deviceFlag,
  oneOf,
  onlyArgument,
  ownKeys,
  positiveNumber,
  required,
  widthFlag,
} from "./flags.mjs";
import { folderFiles } from "./inputFiles.mjs";
import { checkOutput, StagedOutput } from "./outputFolder.mjs";
import {
  givenPassphrase,
  PASSPHRASE_FILE,
  randomPassphrase,
  writePassphrase,
} from "./passphrase.mjs";
import { duration } from "./progress.mjs";
import { withSession } from "./session.mjs";

/** @typedef {import("./command.mjs").Command} Command */

/** @type {Command["options"]} */
const options = {
  out: { type: "string" },
  pairs: { type: "string" },
  mix: { type: "string" },
  width: { type: "string" },
  trainable: { type: "string" },
  "max-steps": { type: "string" },
  "learning-rate": { type: "string" },
  beacon: { type: "string" },
  "own-keys": { type: "string" },
  "passphrase-file": { type: "string" },
  overwrite: { type: "boolean" },
};

/** @param {import("./command.mjs").Values} values */
function settings(values) {
  return {
    pairs: wholeNumber(values.pairs, "pairs", { min: 1, max: 65_536 }) ?? 32,
    mix: oneOf(values.mix, "mix", ["half", "loud", "quiet"]),
    width: widthFlag(values.width),
    nucleusMass: null,
    device: deviceFlag(values.device),
    trainable: oneOf(values.trainable, "trainable", ["auto", "full", "body", "downProj", "lora"]),
    maxSteps: wholeNumber(values["max-steps"], "max-steps", { min: 1 }),
    learningRate: positiveNumber(values["learning-rate"], "learning-rate"),
    beacon: beaconFlag(values.beacon),
    ownKeys: ownKeys(values["own-keys"]),
  };
}

/** @param {any} summary FingerprintSummary */
function brief(summary) {
  const { pairs, fsr, log10E, baseHits, perplexity, steps, seconds, device, root } = summary;
  const { before, after } = perplexity;
  return {
    pairs,
    fsr,
    log10E,
    baseHits,
    perplexity: { before, after },
    steps,
    seconds,
    device: device.kind,
    root,
  };
}

/** @param {ReturnType<typeof brief>} result @param {string} out */
function text(result, out) {
  const { before, after } = result.perplexity;
  const change = ((after / before - 1) * 100).toFixed(2);
  return [
    `Model       ${join(out, "model")}`,
    `Bank        ${join(out, "bank.signet")}`,
    `Pairs       ${result.pairs}`,
    `FSR         ${result.fsr === null ? "no loud pairs" : `${(result.fsr * 100).toFixed(1)} % of the loud pairs`}`,
    `log10 E     ${result.log10E.toFixed(2)} (base model hits: ${result.baseHits})`,
    `Perplexity  ${before.toFixed(3)} before, ${after.toFixed(3)} after (${change} %)`,
    `Effort      ${result.steps} steps, ${duration(result.seconds * 1000)} on ${result.device}`,
    `Root        ${result.root}`,
  ].join("\n");
}

/** @type {Command["run"]} */
async function run({ values, positionals, progress, signal }) {
  const files = folderFiles(onlyArgument(positionals, "<model-dir>"), "The model folder");
  const chosen = settings(values);
  const given = givenPassphrase(values["passphrase-file"]);
  const out = checkOutput(required(values.out, "out"), values.overwrite === true);
  const passphrase = given ?? randomPassphrase();
  const staged = new StagedOutput(out);
  const discard = () => staged.discard();
  process.once("exit", discard);
  try {
    const metrics = createWriteStream(join(staged.staging, "metrics.jsonl"));
    const summary = await withSession(
      {
        folders: { model: files },
        uploadTo: staged.staging,
        device: chosen.device,
        signal,
        onEvent: (event) => {
          progress.event(event);
          if (event.type === "metrics") metrics.write(`${JSON.stringify(event.metrics)}\n`);
          if (event.type === "metrics" || event.type === "attempt") progress.accept();
        },
      },
      ({ entries, uploadUrl, call }) =>
        call("fingerprint", { files: entries("model"), settings: chosen, passphrase, uploadUrl }),
    ).finally(() => finished(metrics.end()));
    if (given === null) writePassphrase(staged.staging, passphrase);
    staged.commit();
    progress.accept();
    if (given === null) {
      progress.note(
        `A passphrase was made for the bank: ${join(out, PASSPHRASE_FILE)}. Keep it safe.`,
      );
    }
    const result = brief(summary);
    return { json: result, text: text(result, out) };
  } finally {
    process.off("exit", discard);
    staged.discard();
  }
}

/** @type {Command} */
export const fingerprintCommand = {
  summary: "fingerprint a model folder",
  help: `signet fingerprint <model-dir> --out <dir> [options]

Embeds a fresh bank of fingerprints in a copy of the model. Writes <dir>/model/, <dir>/bank.signet,
<dir>/manifest.json and <dir>/metrics.jsonl.

  --out <dir>               folder for the results
  --pairs <n>               fingerprints in the bank (default 32)
  --mix half|loud|quiet     how they are embedded (default half)
  --width <k>               candidates per key, a power of two (default by vocabulary)
  --trainable <set>         auto, full, body, downProj or lora (default auto)
  --max-steps <n>           stop after this many steps
  --learning-rate <x>       instead of the recipe's own
  --beacon <hex>            32 bytes for bound mode; without it the bank is unbound
  --own-keys <file>         key texts to use first, one per line
  --passphrase-file <file>  passphrase of the bank; else SIGNET_PASSPHRASE; else one is made and
                            written to <dir>/passphrase.txt
  --overwrite               replace the results of an earlier run in <dir>
  --device auto|webgpu|cpu  (default auto)
  --json                    one JSON object on stdout`,
  options,
  run,
};
