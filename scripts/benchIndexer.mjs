// @ts-check
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { importTypeScript } from "./lib/chain/bundle.mjs";

// Times the event reducer over 100,000 synthetic events in a worker: node scripts/benchIndexer.mjs
const EVENTS = 100_000;

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on("message", ({ elapsedMs, events, models, licences }) => {
    const each = ((elapsedMs / events) * 1_000).toFixed(1);
    console.log(
      `${events} events of ${models} models and ${licences} licences: ${Math.round(elapsedMs)} ms, ${each} µs each`,
    );
  });
  worker.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
} else {
  /** @type {typeof import("../src/chain/indexer/fixtures/benchReduce.ts")} */
  const { benchReduce } = await importTypeScript("src/chain/indexer/fixtures/benchReduce.ts");
  benchReduce(5_000);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  parentPort?.postMessage(benchReduce(EVENTS));
}
