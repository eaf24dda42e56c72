// @ts-check
import { statSync } from "node:fs";
import { onlyArgument } from "./flags.mjs";
import { callerPath, folderFiles, readText, singleFile } from "./inputFiles.mjs";
import { inspectDocument } from "./inspectDocument.mjs";
import { withSession } from "./session.mjs";
import { sizeText, table } from "./tables.mjs";

/** @typedef {import("./command.mjs").Command} Command */

/** @param {any} summary ModelSummary */
export function modelText(summary) {
  const { tokenizer, tokenizerProblem, memory } = summary;
  const facts = [
    ["Model", summary.name],
    ["Architecture", summary.architecture],
    ["Parameters", summary.parameterCount.toLocaleString("en-GB")],
    ["Size", `${sizeText(summary.sizeBytes)} in ${summary.dtypes.join(", ")}`],
    [
      "Tokenizer",
      tokenizer === null
        ? (tokenizerProblem?.message ?? "none")
        : `${tokenizer.kind}, ${tokenizer.vocabSize.toLocaleString("en-GB")} tokens`,
    ],
    ...Object.entries(memory).map(([set, estimate]) => [
      `Memory, ${set}`,
      `${sizeText(estimate.totalBytes)}${set === summary.recommended ? " (recommended)" : ""}`,
    ]),
  ];
  const tensors = summary.tensors.map(
    (
      /** @type {{ name: string, dtype: string, shape: readonly number[], file: string }} */ row,
    ) => [row.name, row.dtype, `[${row.shape.join(", ")}]`, row.file],
  );
  return [...table(facts), "", ...table([["Tensor", "Type", "Shape", "File"], ...tensors])].join(
    "\n",
  );
}

/**
 * Says of a report also whether its figures follow from its evidence.
 *
 * @param {import("./inspectDocument.mjs").Described} document
 * @param {string} report
 * @param {Pick<import("./command.mjs").Invocation, "progress" | "signal">} invocation
 */
async function recheck({ json, text }, report, { progress, signal }) {
  const { valid, problems } = await withSession(
    { folders: {}, device: "cpu", signal, onEvent: (event) => progress.event(event) },
    ({ call }) => call("recheckReport", { report, bank: null, passphrase: null }),
  );
  const rows = [["Holds", valid ? "yes, its figures follow from its evidence" : "no"]];
  const more = problems.map((/** @type {string} */ problem) => ["", problem]);
  return {
    json: { ...json, valid, problems },
    text: [text, ...table([...rows, ...more])].join("\n"),
  };
}

/** @type {Command["run"]} */
async function run({ positionals, progress, signal }) {
  const path = onlyArgument(positionals, "<path>");
  const info = statSync(callerPath(path), { throwIfNoEntry: false });
  const files = info?.isDirectory()
    ? folderFiles(path, "The folder")
    : singleFile(path, "The path");
  const document = info?.isFile() ? inspectDocument(callerPath(path)) : null;
  if (document?.json.kind === "signet-report") {
    return recheck(document, readText(path, "The report"), { progress, signal });
  }
  if (document !== null) return document;
  const summary = await withSession(
    {
      folders: { model: files },
      device: "cpu",
      signal,
      onEvent: (event) => progress.event(event),
    },
    ({ entries, call }) => call("inspect", { files: entries("model") }),
  );
  return { json: summary, text: modelText(summary) };
}

/** @type {Command} */
export const inspectCommand = {
  summary: "say what a model folder, safetensors file, bank or report holds",
  help: `signet inspect <path> [options]

Takes a model folder, a safetensors file, a bank (only what is not encrypted) or a report.

  --json  one JSON object on stdout`,
  options: {},
  run,
};
