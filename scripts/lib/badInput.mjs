// @ts-check

/** Something the caller can put right: one line on stderr and exit status 2. */
export class BadInput extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "BadInput";
  }
}

/**
 * @param {string} text
 * @returns {string} the same on one line, without control characters
 */
export function oneLine(text) {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
}
