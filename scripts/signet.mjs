// @ts-check
import { BadInput } from "./lib/badInput.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { parseOptions } from "./lib/options.mjs";
import { COMMON_OPTIONS } from "./lib/signet/command.mjs";
import { errorLine, exitStatus } from "./lib/signet/errors.mjs";
import { fingerprintCommand } from "./lib/signet/fingerprintCommand.mjs";
import { inspectCommand } from "./lib/signet/inspectCommand.mjs";
import { Progress } from "./lib/signet/progress.mjs";
import { generateCommand, perplexityCommand } from "./lib/signet/textCommands.mjs";
import { verifyCommand } from "./lib/signet/verifyCommand.mjs";

/** @type {Map<string, import("./lib/signet/command.mjs").Command>} */
const COMMANDS = new Map([
  ["fingerprint", fingerprintCommand],
  ["verify", verifyCommand],
  ["perplexity", perplexityCommand],
  ["generate", generateCommand],
  ["inspect", inspectCommand],
]);

function overview() {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return [
    "npm run signet -- <command> [options]",
    "",
    ...lines,
    "",
    "Runs the studio's own workers in headless Chromium; nothing leaves this machine.",
    "Add --help to a command for its options. Progress goes to stderr, results to stdout.",
    "Exit status: 0 it ran, 2 bad input, 1 anything else.",
  ].join("\n");
}

/** @param {Progress} progress */
async function main(progress) {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined) throw new BadInput("Name a command; --help lists them");
  if (name === "--help" || name === "-h" || name === "help") {
    console.log(overview());
    return;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    throw new BadInput(`No command "${name}"; there are ${[...COMMANDS.keys()].join(", ")}`);
  }
  const { values, positionals } = parseOptions(rest, { ...COMMON_OPTIONS, ...command.options });
  if (values.help) {
    console.log(command.help);
    return;
  }
  const controller = new AbortController();
  const stop = () => {
    // The second time asks for an end at once.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  await ensureDependencies();
  const { json, text } = await command.run({
    values,
    positionals,
    progress,
    signal: controller.signal,
  });
  progress.clear();
  console.log(values.json ? JSON.stringify(json) : text);
}

requireNode();
const progress = new Progress();
try {
  await main(progress);
} catch (error) {
  progress.clear();
  process.stderr.write(`${errorLine(error)}\n`);
  process.exitCode = exitStatus(error);
}
