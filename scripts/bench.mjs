// @ts-check
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { BadInput } from "./lib/badInput.mjs";
import { failedComparisons, report } from "./lib/bench/report.mjs";
import { runInBrowser } from "./lib/bench/runInBrowser.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { parseOptions, wholeNumber } from "./lib/options.mjs";
import { ROOT } from "./lib/paths.mjs";

/** Rounds unless told otherwise: a step of the big model takes over half a minute in software. */
const MODELS = { small: { rounds: 5, steps: 2 }, big: { rounds: 3, steps: 1 } };

const HELP = `Compares training engines in headless Chromium: npm run bench -- [options]

  --models <names>  comma-separated: small, big (default both)
  --rounds <n>      turns of every engine (default ${MODELS.small.rounds} for small, ${MODELS.big.rounds} for big)
  --steps <n>       steps of every engine in a turn (default ${MODELS.small.steps} and ${MODELS.big.steps})
  --hardware        use the machine's own GPU instead of the software adapter
  --json <file>     where the results go (default bench/results/latest.json)
  --help            this text`;

/** @param {string} name @returns {keyof typeof MODELS} */
function modelNamed(name) {
  if (name === "small" || name === "big") return name;
  throw new BadInput(`No model "${name}"; there are small and big`);
}

function readOptions() {
  const { values, positionals } = parseOptions(process.argv.slice(2), {
    models: { type: "string" },
    rounds: { type: "string" },
    steps: { type: "string" },
    hardware: { type: "boolean" },
    json: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (positionals.length > 0) throw new BadInput(`Unexpected argument "${positionals[0]}"`);
  const rounds = wholeNumber(values.rounds, "rounds", { min: 1, max: 1000 });
  const steps = wholeNumber(values.steps, "steps", { min: 1, max: 1000 });
  const models = (values.models ?? "small,big").split(",").map((name) => {
    const model = modelNamed(name);
    const usual = MODELS[model];
    return { model, rounds: rounds ?? usual.rounds, steps: steps ?? usual.steps };
  });
  return {
    models,
    help: values.help === true,
    hardware: values.hardware === true,
    json: resolve(values.json ?? join(ROOT, "bench/results/latest.json")),
  };
}

async function main() {
  requireNode();
  const options = readOptions();
  if (options.help) {
    console.log(HELP);
    return;
  }
  await ensureDependencies();
  const results = await runInBrowser(options);
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  console.log(report(results).join("\n"));
  console.log(`\nWritten to ${relative(process.cwd(), options.json)}`);
  for (const reason of failedComparisons(results)) {
    process.stderr.write(`The comparison is void: ${reason}\n`);
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  const bad = error instanceof BadInput;
  process.stderr.write(`${bad || !(error instanceof Error) ? String(error) : error.stack}\n`);
  process.exitCode = bad ? 2 : 1;
}
