// @ts-check
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { BadInput } from "../badInput.mjs";
import { callerPath } from "./inputFiles.mjs";

/** What a finished run leaves in --out. A bank cannot be made again, so nothing is written over. */
const RESULTS = ["model", "bank.signet", "manifest.json", "metrics.jsonl"];

/** @param {string} path */
function nearestFolder(path) {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/**
 * @param {string} out as given by the caller
 * @param {boolean} overwrite
 * @returns {string} absolute path, checked before any work is done
 */
export function checkOutput(out, overwrite) {
  const folder = callerPath(out);
  const parent = nearestFolder(folder);
  if (!statSync(parent).isDirectory()) throw new BadInput(`--out: "${parent}" is a file`);
  try {
    accessSync(parent, constants.W_OK);
  } catch {
    throw new BadInput(`--out: "${parent}" may not be written to`);
  }
  const taken = overwrite ? undefined : RESULTS.find((name) => existsSync(join(folder, name)));
  if (taken !== undefined) {
    throw new BadInput(
      `--out: "${folder}" already holds ${taken}; choose another folder or add --overwrite`,
    );
  }
  return folder;
}

/**
 * Results are gathered in a hidden folder inside --out and moved into place when the run is over, so
 * that a run that was stopped leaves nothing.
 */
export class StagedOutput {
  /** @param {string} folder absolute */
  constructor(folder) {
    this.folder = folder;
    this.made = !existsSync(folder);
    this.staging = join(folder, `.signet-${randomBytes(6).toString("hex")}`);
    mkdirSync(this.staging, { recursive: true });
  }

  commit() {
    for (const name of readdirSync(this.staging)) {
      const target = join(this.folder, name);
      rmSync(target, { recursive: true, force: true });
      renameSync(join(this.staging, name), target);
    }
    rmdirSync(this.staging);
  }

  discard() {
    rmSync(this.staging, { recursive: true, force: true });
    if (!this.made) return;
    try {
      rmdirSync(this.folder);
    } catch {
      // Something else has been put there meanwhile.
    }
  }
}
