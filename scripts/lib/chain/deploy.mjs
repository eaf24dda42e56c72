// @ts-check
import { hexToBytes, isAddressEqual, keccak256 } from "viem";

/** @typedef {import("./plan.mjs").Artefact} Artefact */
/** @typedef {import("./plan.mjs").Artefacts} Artefacts */
/** @typedef {import("./plan.mjs").Hex} Hex */
/** @typedef {import("./plan.mjs").Plan} Plan */
/** @typedef {import("./plan.mjs").Step} Step */
/** @typedef {import("./plan.mjs").DeploymentInput} DeploymentInput */

/**
 * @typedef {object} Deployed
 * @property {bigint} firstBlock block of the first creation, where indexing begins
 * @property {bigint} gasUsed
 */

/** A creation that is not what was planned, or a contract that is wired otherwise. */
export class DeploymentMismatch extends Error {}

/**
 * Sends the creations of a plan one after the other. Those that are on the chain already, from a run
 * that broke off, are passed over.
 *
 * @param {Plan} plan
 * @param {DeploymentInput} input
 * @param {import("viem").PublicClient} client
 * @param {(step: Step, nonce: number) => Promise<Hex>} send answers the transaction's hash
 * @param {(step: Step, done: number) => void} [onStep]
 * @returns {Promise<Deployed>}
 */
export async function deployPlan(plan, input, client, send, onStep) {
  let firstBlock = 0n;
  let gasUsed = 0n;
  for (const [i, step] of plan.steps.entries()) {
    const nonce = input.nonce + i;
    const next = await client.getTransactionCount({ address: input.deployer });
    if (next > nonce) {
      const code = await client.getCode({ address: step.address });
      if (code !== undefined && code !== "0x") continue;
    }
    if (next !== nonce) {
      throw new DeploymentMismatch(
        `The deployer's next transaction is number ${next}, not ${nonce} as planned: it was used for something else`,
      );
    }
    const hash = await send(step, nonce);
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") {
      throw new DeploymentMismatch(`The creation of ${step.name} reverted (transaction ${hash})`);
    }
    if (!receipt.contractAddress || !isAddressEqual(receipt.contractAddress, step.address)) {
      throw new DeploymentMismatch(`${step.name} is not at ${step.address} as planned`);
    }
    const transaction = await client.getTransaction({ hash });
    if (transaction.input !== step.initCode) {
      throw new DeploymentMismatch(`${step.name} was created from other code than planned`);
    }
    if (firstBlock === 0n) firstBlock = receipt.blockNumber;
    gasUsed += receipt.gasUsed;
    onStep?.(step, i + 1);
  }
  return { firstBlock, gasUsed };
}

/**
 * Asks the chain whether every contract of a deployment is there with the code of this build, and
 * every view without arguments that names another contract, the guardian or its term, answers what
 * was planned.
 *
 * @param {Plan} plan
 * @param {DeploymentInput} input
 * @param {Artefacts} artefacts
 * @param {import("viem").PublicClient} client
 * @returns {Promise<number>} how many views were compared
 */
export async function verifyDeployment(plan, input, artefacts, client) {
  /** @type {Record<string, unknown>} */
  const expected = {
    ...plan.contracts,
    arbitrator: plan.contracts.jury,
    guardian: input.guardian,
    guardianUntil: input.guardianUntil,
    allowedTokens: input.tokens,
  };
  const wanted = new Map(Object.entries(expected).map(([name, value]) => [bare(name), value]));
  let compared = 0;
  for (const step of plan.steps) {
    const code = await client.getCode({ address: step.address });
    if (code === undefined || code === "0x") {
      throw new DeploymentMismatch(`There is no ${step.name} at ${step.address}`);
    }
    const { abi, runtime } = artefacts[step.name];
    if (codeHash(code, runtime.immutables) !== runtime.hash) {
      throw new DeploymentMismatch(
        `${step.name} at ${step.address} has other code than this build`,
      );
    }
    // The state of these is their clones', so their own views answer nothing.
    if (/^(governor|timelock)Implementation$/.test(step.key)) continue;
    for (const item of abi) {
      if (item.type !== "function" || item.inputs.length > 0) continue;
      const want = wanted.get(bare(item.name));
      if (want === undefined) continue;
      const got = await client.readContract({
        address: step.address,
        abi,
        functionName: item.name,
      });
      if (plain(got) !== plain(want)) {
        throw new DeploymentMismatch(
          `${step.name}.${item.name} is ${plain(got)} on the chain and ${plain(want)} in the plan`,
        );
      }
      compared += 1;
    }
  }
  return compared;
}

/** @param {Hex} code @param {Artefact["runtime"]["immutables"]} immutables */
export function codeHash(code, immutables) {
  const bytes = hexToBytes(code);
  for (const [start, length] of immutables) bytes.fill(0, start, start + length);
  return keccak256(bytes);
}

/** The same for `sharesImplementation` and `SHARES_IMPLEMENTATION`. @param {string} name */
function bare(name) {
  return name.replaceAll("_", "").toLowerCase();
}

/** @param {unknown} value */
function plain(value) {
  const parts = Array.isArray(value) ? value : [value];
  return parts.map((part) => String(part).toLowerCase()).join(",");
}
