// @ts-check
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { BadInput } from "../badInput.mjs";
import { deviceFlag, onlyArgument, required } from "./flags.mjs";
import { callerPath, folderFiles, singleFile } from "./inputFiles.mjs";
import { existsSync } from "node:fs";
import { passphraseForBank } from "./passphrase.mjs";
import { withSession } from "./session.mjs";

/** @typedef {import("./command.mjs").Command} Command */

/** @param {string} path absolute @param {string} report */
function writeReport(path, report) {
  const part = `${path}.part-${process.pid}`;
  try {
    writeFileSync(part, report.endsWith("\n") ? report : `${report}\n`);
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}

/** @param {any} summary VerifySummary */
function brief({ verdict, log10E, hits, keys, pValue, fsr, device }) {
  return { verdict, log10E, hits, keys, pValue, fsr, device: device.kind };
}

/** @param {ReturnType<typeof brief>} result @param {readonly string[]} meaning */
function text(result, meaning) {
  const fsr = result.fsr === null ? "" : `, FSR ${(result.fsr * 100).toFixed(1)} %`;
  return [
    result.verdict,
    ...meaning,
    `log10 E ${result.log10E.toFixed(2)}, p ${result.pValue.toExponential(2)}, ` +
      `${result.hits} of ${result.keys} keys answered${fsr}, on ${result.device}`,
  ].join("\n");
}

/** @type {Command["run"]} */
async function run({ values, positionals, progress, signal }) {
  const suspect = onlyArgument(positionals, "<suspect-dir>");
  const files = folderFiles(suspect, "The suspect folder");
  const bankPath = required(values.bank, "bank");
  const bank = singleFile(bankPath, "The bank");
  const base = values.base === undefined ? null : folderFiles(values.base, "The base folder");
  const device = deviceFlag(values.device);
  const passphrase = passphraseForBank(values["passphrase-file"], bankPath);
  const report = callerPath(values.report ?? `${basename(callerPath(suspect))}.report.json`);
  if (!existsSync(dirname(report))) {
    throw new BadInput(`--report: the folder "${dirname(report)}" does not exist`);
  }
  const summary = await withSession(
    {
      folders: { suspect: files, bank, ...(base === null ? {} : { base }) },
      device,
      signal,
      onEvent: (event) => {
        progress.event(event);
        if (event.type === "observation") progress.accept();
      },
    },
    ({ entries, call }) =>
      call("verify", {
        files: entries("suspect"),
        bank: entries("bank")[0],
        base: base === null ? null : entries("base"),
        passphrase,
        device,
      }),
  );
  writeReport(report, summary.report);
  progress.accept();
  progress.note(`Report: ${report}`);
  const result = brief(summary);
  return { json: result, text: text(result, summary.meaning) };
}

/** @type {Command} */
export const verifyCommand = {
  summary: "look for a bank's fingerprints in a suspect model",
  help: `signet verify <suspect-dir> --bank <file> [options]

Gives a verdict with its false-claim probability and writes a report that can be recomputed.

  --bank <file>             the encrypted bank
  --base <model-dir>        the model before fingerprinting, for the log-probability test
  --report <file>           where the report goes (default <suspect-dir>.report.json here)
  --passphrase-file <file>  else SIGNET_PASSPHRASE, else passphrase.txt beside the bank
  --device auto|webgpu|cpu  (default auto)
  --json                    one JSON object on stdout`,
  options: {
    bank: { type: "string" },
    base: { type: "string" },
    report: { type: "string" },
    "passphrase-file": { type: "string" },
  },
  run,
};
