// @ts-check

/**
 * @typedef {Record<string, any>} Values flags by name: text, or true
 *
 * @typedef {object} Invocation
 * @property {Values} values
 * @property {string[]} positionals
 * @property {import("./progress.mjs").Progress} progress
 * @property {AbortSignal} signal
 *
 * @typedef {object} Command
 * @property {string} summary one line for the list of commands
 * @property {string} help
 * @property {Record<string, import("../options.mjs").OptionSpec>} options beside those of all
 * @property {(invocation: Invocation) => Promise<{ json: unknown, text: string }>} run
 */

/** @type {Record<string, import("../options.mjs").OptionSpec>} */
export const COMMON_OPTIONS = {
  device: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};
