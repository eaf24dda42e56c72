// @ts-check
import { createInterface } from "node:readline/promises";
import { BadInput } from "./lib/badInput.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";

/** @param {string} question */
async function ask(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

try {
  requireNode();
  // npm and its scripts have no business with the key.
  const env = { ...process.env };
  delete process.env.SIGNET_DEPLOYER_KEY;
  await ensureDependencies();
  const { runDeploy } = await import("./lib/chain/publicDeploy.mjs");
  await runDeploy(process.argv.slice(2), {
    env,
    print: (line) => console.log(line),
    ask: process.stdin.isTTY ? ask : null,
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof BadInput ? 2 : 1;
}
