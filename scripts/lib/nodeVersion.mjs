// @ts-check
// Imported first by every command, so it uses nothing that an old Node lacks.

const NEEDED = [20, 19];

/**
 * @param {string} version for example "20.19.0"
 * @returns {string | null} what to tell the user, or null when the version will do
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return null;
  return (
    `Signet needs Node ${NEEDED.join(".")} or newer; this is ${version}. ` +
    "Install a current one from https://nodejs.org and try again."
  );
}

/** Ends the process with a clear message when Node is too old. */
export function requireNode() {
  const problem = nodeVersionProblem(process.versions.node);
  if (problem === null) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
