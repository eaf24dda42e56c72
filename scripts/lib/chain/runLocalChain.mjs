// @ts-check
import { join } from "node:path";
import { ROOT } from "../paths.mjs";
import { fillDemoMarket } from "./demoMarket.mjs";
import { openLocalChain } from "./localChain.mjs";

/**
 * The checkout's local chain with the demo market.
 *
 * @param {{ port?: number | null, reset?: boolean }} options
 */
export function runLocalChain({ port = null, reset = false }) {
  return openLocalChain({
    folder: process.env.SIGNET_CHAIN_FOLDER ?? join(ROOT, ".cache", "chain"),
    port,
    reset,
    fill: fillDemoMarket,
    log: (line) => process.stderr.write(`${line}\n`),
  });
}
