// @ts-check
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { BadInput } from "../badInput.mjs";

const MOST_FILES = 20_000;

/**
 * @param {string} path
 * @returns {string} absolute; npm moves to the package's folder, so the caller's own is in INIT_CWD
 */
export function callerPath(path) {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/** @param {string} path @param {string} what */
function statOrBadInput(path, what) {
  try {
    return statSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES") throw new BadInput(`${what} "${path}" may not be read`);
    throw new BadInput(`${what} "${path}" does not exist`);
  }
}

/** @param {string} folder @param {string} prefix @param {Map<string, string>} files */
function collect(folder, prefix, files) {
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    const info = statSync(path, { throwIfNoEntry: false });
    if (info?.isDirectory()) collect(path, `${prefix}${name}/`, files);
    else if (info?.isFile()) files.set(`${prefix}${name}`, path);
    if (files.size > MOST_FILES) {
      throw new BadInput(`"${folder}" holds over ${MOST_FILES} files; name one model's folder`);
    }
  }
}

/**
 * @param {string} path as given by the caller
 * @param {string} what for messages, for example "The model folder"
 * @returns {Map<string, string>} names with forward slashes, the folder's own first as in a drop, to
 * absolute paths
 */
export function folderFiles(path, what) {
  const folder = callerPath(path);
  if (!statOrBadInput(folder, what).isDirectory()) {
    throw new BadInput(`${what} "${folder}" is a file; name the folder that holds it`);
  }
  /** @type {Map<string, string>} */
  const files = new Map();
  collect(folder, `${basename(folder) || "model"}/`, files);
  if (files.size === 0) throw new BadInput(`${what} "${folder}" is empty`);
  return files;
}

/**
 * @param {string} path as given by the caller
 * @param {string} what
 * @returns {Map<string, string>} one entry
 */
export function singleFile(path, what) {
  const file = callerPath(path);
  if (!statOrBadInput(file, what).isFile()) throw new BadInput(`${what} "${file}" is not a file`);
  return new Map([[basename(file), file]]);
}

/**
 * @param {string} path as given by the caller
 * @param {string} what
 */
export function readText(path, what) {
  const [file = ""] = singleFile(path, what).values();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new BadInput(`${what} "${file}" is not UTF-8 text`);
    throw new BadInput(`${what} "${file}" could not be read`);
  }
}
