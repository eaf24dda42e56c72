// @ts-check
import { encodeDeployData, getContractAddress, keccak256, stringToHex } from "viem";

/**
 * @typedef {`0x${string}`} Hex
 * @typedef {import("../../../src/chain/market/artefacts.ts").Artefact} Artefact
 * @typedef {Readonly<Record<import("../../../src/chain/market/artefacts.ts").ContractName, Artefact>>} Artefacts
 *
 * What a deployment is made for. Times in Unix seconds.
 * @typedef {object} DeploymentInput
 * @property {Hex} deployer
 * @property {number} nonce the deployer's next
 * @property {Hex} guardian who may pause entries; the zero address for nobody
 * @property {bigint} guardianUntil
 * @property {readonly Hex[]} tokens ERC-20s besides the native coin
 *
 * @typedef {object} Contracts
 * @property {Hex} sharesImplementation
 * @property {Hex} registry
 * @property {Hex} splitter
 * @property {Hex} licences
 * @property {Hex} channel
 * @property {Hex} provers
 * @property {Hex} jury
 * @property {Hex} governorImplementation
 * @property {Hex} timelockImplementation
 * @property {Hex} dao
 *
 * @typedef {{ name: Name, key: keyof Contracts, address: Hex, args: readonly unknown[], initCode: Hex }} Step
 * @typedef {{ contracts: Contracts, steps: Step[] }} Plan
 * @typedef {import("../../../src/chain/market/artefacts.ts").ContractName} Name
 */

/** In the order of deployment: each is created by the deployer's next transaction. */
const ORDER = /** @type {const} */ ([
  ["sharesImplementation", "ModelShares"],
  ["registry", "ModelRegistry"],
  ["splitter", "RevenueSplitter"],
  ["licences", "LicenceToken"],
  ["channel", "UsageChannel"],
  ["provers", "ProverNetwork"],
  ["jury", "ProverJury"],
  ["governorImplementation", "ModelGovernor"],
  ["timelockImplementation", "ModelTimelock"],
  ["dao", "ModelDao"],
]);

export const CONTRACT_NAMES = ORDER.map(([, name]) => name);

/**
 * @param {Contracts} at
 * @param {DeploymentInput} input
 * @returns {Record<keyof Contracts, readonly unknown[]>}
 */
function constructorArguments(at, { guardian, guardianUntil, tokens }) {
  const modules = [at.licences, at.channel, at.provers];
  return {
    sharesImplementation: [at.splitter],
    registry: [at.splitter, at.dao, guardian, guardianUntil],
    splitter: [at.registry, at.dao, at.sharesImplementation, modules, tokens],
    licences: [at.registry, at.splitter, at.channel, guardian, guardianUntil],
    channel: [at.licences, at.splitter, guardian, guardianUntil],
    provers: [at.registry, at.splitter, at.channel, at.jury, at.jury, guardian, guardianUntil],
    jury: [at.provers],
    governorImplementation: [],
    timelockImplementation: [],
    dao: [
      at.registry,
      at.splitter,
      at.licences,
      at.provers,
      at.governorImplementation,
      at.timelockImplementation,
    ],
  };
}

/**
 * The contracts name each other in immutable constructor arguments, so every address is computed
 * before the first of them exists: an account's n-th creation has an address known beforehand.
 *
 * @param {DeploymentInput} input
 * @param {Artefacts} artefacts
 * @returns {Plan}
 */
export function planDeployment(input, artefacts) {
  const at = (/** @type {number} */ i) =>
    getContractAddress({ from: input.deployer, nonce: BigInt(input.nonce + i) });
  /** @type {Contracts} */
  const contracts = {
    sharesImplementation: at(0),
    registry: at(1),
    splitter: at(2),
    licences: at(3),
    channel: at(4),
    provers: at(5),
    jury: at(6),
    governorImplementation: at(7),
    timelockImplementation: at(8),
    dao: at(9),
  };
  const argumentsOf = constructorArguments(contracts, input);
  const steps = ORDER.map(([key, name]) => {
    const { abi, bytecode } = artefacts[name];
    const args = argumentsOf[key];
    const initCode = encodeDeployData({ abi, bytecode, args: [...args] });
    return { name, key, address: contracts[key], args, initCode };
  });
  return { contracts, steps };
}

/**
 * Tells one version of the contracts from another, so that a chain that was made with an earlier one
 * is not taken for today's.
 *
 * @param {Artefacts} artefacts
 * @param {string} [also] what else the version depends on
 * @returns {Hex}
 */
export function versionOf(artefacts, also = "") {
  const codes = Object.values(artefacts).map(({ bytecode }) => bytecode);
  return keccak256(stringToHex([...codes, also].join("\n")));
}
