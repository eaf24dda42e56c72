// @ts-check
// The default import lets an old Node load this file and get as far as the version check.
import util from "node:util";
import { BadInput } from "./badInput.mjs";

/**
 * @typedef {{ type: "string" | "boolean", short?: string, multiple?: true, default?: string | boolean }} OptionSpec
 */

/**
 * Strict parsing: an unknown flag or a missing value is bad input with one line.
 *
 * @template {Record<string, OptionSpec>} T
 * @param {readonly string[]} argv
 * @param {T} options
 * @returns {{ values: { [K in keyof T]?: T[K]["type"] extends "boolean" ? boolean : T[K]["multiple"] extends true ? string[] : string }, positionals: string[] }}
 */
export function parseOptions(argv, options) {
  try {
    const parsed = util.parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values: parsed.values, positionals: parsed.positionals };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new BadInput((text.split(/\. |\n/, 1)[0] ?? text).replace(/\.$/, ""));
  }
}

/**
 * @param {string | undefined} text
 * @param {string} flag
 * @param {{ min: number, max?: number }} range
 * @returns {number | null} null when the flag was not given
 */
export function wholeNumber(text, flag, { min, max = Number.MAX_SAFE_INTEGER }) {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const bound = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new BadInput(`--${flag} takes a whole number ${bound}, not "${text}"`);
}
