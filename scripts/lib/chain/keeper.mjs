// @ts-check
// Runs anvil for as long as its own standard input is open. The parent holds the other end, so
// however the parent dies, anvil is told to write its state and end, and no process stays behind.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** @type {{ binary: string, args: string[], lock: string | null, graceMs: number }} */
const { binary, args, lock, graceMs } = JSON.parse(process.argv[2] ?? "{}");

const anvil = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"], windowsHide: true });

process.stderr.on("error", () => {});
anvil.stderr.on("data", (chunk) => process.stderr.write(chunk));

let stopping = false;
function stop() {
  if (stopping) return;
  stopping = true;
  // The interrupt makes it write its state; Windows knows none and keeps the last interval's.
  anvil.kill("SIGINT");
  setTimeout(() => anvil.kill("SIGKILL"), graceMs).unref();
}

process.stdin.on("end", stop);
process.stdin.on("close", stop);
process.stdin.on("error", stop);
process.stdin.resume();
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
process.on("SIGHUP", stop);

/** @param {number} status */
function leave(status) {
  if (lock !== null) rmSync(lock, { force: true });
  process.exit(status);
}

anvil.once("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  leave(1);
});
anvil.once("close", (code) => leave(stopping ? 0 : (code ?? 1)));
