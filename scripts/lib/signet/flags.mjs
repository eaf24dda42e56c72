// @ts-check
import { BadInput } from "../badInput.mjs";
import { readText } from "./inputFiles.mjs";

/**
 * @template {string} T
 * @param {string | undefined} text
 * @param {string} flag
 * @param {readonly T[]} choices the first is the default
 * @returns {T}
 */
export function oneOf(text, flag, choices) {
  const chosen = choices.find((choice) => choice === (text ?? choices[0]));
  if (chosen !== undefined) return chosen;
  throw new BadInput(`--${flag} takes ${choices.join(", ")}, not "${text}"`);
}

/** @param {string | undefined} text @returns {"auto" | "webgpu" | "cpu"} */
export function deviceFlag(text) {
  return oneOf(text, "device", ["auto", "webgpu", "cpu"]);
}

/**
 * @param {string | undefined} text
 * @param {string} flag
 * @returns {number | null}
 */
export function positiveNumber(text, flag) {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new BadInput(`--${flag} takes a number above 0, not "${text}"`);
}

/** @param {string | undefined} text @returns {number | null} */
export function widthFlag(text) {
  if (text === undefined) return null;
  const width = /^\d+$/.test(text) ? Number(text) : 0;
  if (width >= 2 && width <= 256 && Number.isInteger(Math.log2(width))) return width;
  throw new BadInput(`--width takes a power of two from 2 to 256, not "${text}"`);
}

/** @param {string | undefined} text @returns {string | null} 64 hex digits */
export function beaconFlag(text) {
  if (text === undefined) return null;
  const hex = text.replace(/^0x/i, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  throw new BadInput("--beacon takes 32 bytes as 64 hex digits");
}

/** @param {string | undefined} file @returns {string[]} one key per line, empty lines left out */
export function ownKeys(file) {
  if (file === undefined) return [];
  const lines = readText(file, "The file of own keys").split(/\r?\n/);
  const keys = lines.filter((line) => line.trim() !== "");
  if (keys.length === 0) throw new BadInput(`The file of own keys "${file}" is empty`);
  return keys;
}

/**
 * @param {readonly string[]} positionals
 * @param {string} name for messages, for example "<model-dir>"
 * @returns {string}
 */
export function onlyArgument(positionals, name) {
  const [first, second] = positionals;
  if (first === undefined || first === "") throw new BadInput(`${name} is missing; see --help`);
  if (second !== undefined) throw new BadInput(`Unexpected argument "${second}"; see --help`);
  return first;
}

/**
 * @param {string | undefined} value
 * @param {string} flag
 * @returns {string}
 */
export function required(value, flag) {
  if (value === undefined || value === "") throw new BadInput(`--${flag} is missing; see --help`);
  return value;
}
