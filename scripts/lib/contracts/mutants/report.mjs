// @ts-check

/**
 * @typedef {import("./worker.mjs").Outcome} Outcome
 * @typedef {import("./worker.mjs").Status} Status
 * @typedef {{ key: string, file: string, line: number, target: { contract: string } }} Listed
 * @typedef {Record<string, string>} Reasons why a survivor may live, by key
 */

/** Share of the changes that compile to other code which tests must notice. */
export const KILLED_SHARE = 0.95;

/** @typedef {Record<Status, number>} Tally */

/**
 * @param {readonly Listed[]} mutants
 * @param {ReadonlyMap<string, Outcome>} outcomes
 * @returns {Tally}
 */
export function tally(mutants, outcomes) {
  /** @type {Tally} */
  const counted = { killed: 0, survived: 0, equal: 0, uncompilable: 0 };
  for (const { key } of mutants) {
    const status = outcomes.get(key)?.status;
    if (status !== undefined) counted[status] += 1;
  }
  return counted;
}

/** @param {Tally} counted @returns {number} 1 of nothing */
export function killedShare({ killed, survived }) {
  return killed + survived === 0 ? 1 : killed / (killed + survived);
}

/**
 * @param {readonly Listed[]} mutants
 * @param {ReadonlyMap<string, Outcome>} outcomes
 * @param {Reasons} reasons
 * @returns {string} the text of docs/mutants.md
 */
export function mutantsReport(mutants, outcomes, reasons) {
  const contracts = [...new Set(mutants.map(({ target }) => target.contract))];
  const untested = mutants.filter(({ key }) => !outcomes.has(key)).length;
  const rest =
    untested === 0
      ? ""
      : `\n${untested} of ${mutants.length} changes have not been tried; those that were are a random part.\n`;
  const rows = contracts.map((name) =>
    row(
      name,
      mutants.filter(({ target }) => target.contract === name),
    ),
  );
  return `# Mutants

\`npm run mutants\` changes one operator, constant, flag, modifier or statement at a time in the contracts
that hold money or decide who gets it, and runs their tests. A change that no test notices is listed below
with the reason why it may live; the reasons are kept in \`contracts/mutant-reasons.json\`.

| contract | changes | killed | survived | share killed | same code | do not compile |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${[...rows, row("all", mutants)].join("\n")}
${rest}
## Survivors

${survivors(mutants, outcomes, reasons) || "None."}
`;

  /** @param {string} name @param {readonly Listed[]} some */
  function row(name, some) {
    const counted = tally(some, outcomes);
    const total = Object.values(counted).reduce((sum, each) => sum + each, 0);
    const { killed, survived, equal, uncompilable } = counted;
    const share = `${(100 * killedShare(counted)).toFixed(1)} %`;
    return `| ${[name, total, killed, survived, share, equal, uncompilable].join(" | ")} |`;
  }
}

/**
 * @param {readonly Listed[]} mutants
 * @param {ReadonlyMap<string, Outcome>} outcomes
 * @param {Reasons} reasons
 */
function survivors(mutants, outcomes, reasons) {
  return mutants
    .filter(({ key }) => outcomes.get(key)?.status === "survived")
    .map(({ key, file, line }) => {
      const reason = reasons[key] ?? "**No reason given.**";
      return `- \`${key.replaceAll("`", "'")}\` (${file}:${line}): ${reason}`;
    })
    .join("\n");
}
