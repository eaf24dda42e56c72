// @ts-check
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { ROOT } from "./paths.mjs";

/**
 * @typedef {import("./testCounts.mjs").Counts} Counts
 * @typedef {object} Stage
 * @property {string} name
 * @property {string[][]} commands run one after another by this Node, all of them
 * @property {(report: any, exitCode: number) => Counts} count
 * @property {string} [report] JSON file that the command writes
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} limitMs a stage that hangs is ended after this long
 */

/** @param {import("node:child_process").ChildProcess} child */
function killGroup(child) {
  try {
    if (child.pid !== undefined && process.platform !== "win32")
      process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} limitMs
 * @returns {Promise<number>}
 */
function runNode(args, env, limitMs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      // A group of its own, so that browsers go when the stage is ended.
      detached: process.platform !== "win32",
    });
    const onSignal = () => {
      killGroup(child);
      process.exit(130);
    };
    process.once("SIGINT", onSignal);
    process.once("SIGTERM", onSignal);
    const timer = setTimeout(() => {
      console.log(`Ended after ${limitMs / 60_000} minutes.`);
      killGroup(child);
    }, limitMs);
    const done = (/** @type {number} */ code) => {
      clearTimeout(timer);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      resolve(code);
    };
    child.once("error", (error) => {
      console.log(error.message);
      done(1);
    });
    child.once("exit", (code) => done(code ?? 1));
  });
}

/** @param {string | undefined} path */
function readReport(path) {
  if (path === undefined) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/**
 * @param {Stage} stage
 * @returns {Promise<Counts>}
 */
export async function runStage(stage) {
  if (stage.report !== undefined) rmSync(stage.report, { force: true });
  let exitCode = 0;
  for (const command of stage.commands) {
    const code = await runNode(command, stage.env ?? {}, stage.limitMs);
    exitCode ||= code;
  }
  return stage.count(readReport(stage.report), exitCode);
}
