// @ts-check
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFunctionData, isAddress } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { ROOT } from "../paths.mjs";
import { keepBeaconsTrue } from "./beacons.mjs";
import { importTypeScript } from "./bundle.mjs";
import { deployLocal } from "./deployLocal.mjs";
import { addDemoTrade } from "./demoTrade.mjs";
import { addDemoModels } from "./demoModels.mjs";
import { ForeignState } from "./localChain.mjs";
import { versionOf } from "./plan.mjs";
import { rpc } from "./rpc.mjs";
import { localClients, sendLocal } from "./sender.mjs";

/**
 * @typedef {import("./plan.mjs").Hex} Hex
 * @typedef {typeof import("../../../src/chain/market/forScripts.ts")} Code
 * @typedef {import("../../../src/chain/market/makeDemoBanks.ts").DemoBank} DemoBank
 * @typedef {import("../../../src/chain/addresses/schema.ts").ChainAddresses} ChainAddresses
 *
 * What every step of filling the market works with.
 * @typedef {object} Stage
 * @property {Code} code
 * @property {import("./sender.mjs").Clients} clients
 * @property {readonly DemoBank[]} banks
 * @property {ChainAddresses} addresses
 * @property {Hex} testDollar
 * @property {(index: number) => Hex} who address of a member of the cast
 * @property {(from: number, to: Hex, data: Hex, value?: bigint) => Promise<void>} act
 */

const BANKS = join(ROOT, "src/chain/market/demoBanks.json");
const OWN_SOURCES = ["demoMarket.mjs", "demoModels.mjs", "demoTrade.mjs", "deployLocal.mjs"];
const DEPLOYER = 9;

/** Test dollars that each of the cast gets, in millionths. */
const ALLOWANCE = 100_000_000_000n;

/** @type {Promise<Code> | null} */
let chainCode = null;

/** Built once in a process: its sources do not change while it runs. @returns {Promise<Code>} */
export function loadChainCode() {
  chainCode ??= importTypeScript("src/chain/market/forScripts.ts");
  return chainCode;
}

/** @param {Code} code */
function marketVersion(code) {
  const own = OWN_SOURCES.map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));
  const terms = code.DEMO_KINDS.map((kind) => Object.values(kind).join());
  const parts = [...own, ...terms, readFileSync(BANKS, "utf8"), JSON.stringify(code.CAST)];
  return versionOf(code.ARTEFACTS, parts.join("\n"));
}

/** @param {string} path @param {unknown} value */
function writeJson(path, value) {
  writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Whether the chain holds the market that the file tells of.
 *
 * @param {import("./sender.mjs").Clients} clients
 * @param {Code} code
 * @param {any} market
 */
async function isThere({ client }, code, market) {
  const address = market?.addresses?.contracts?.registry;
  if (!isAddress(address, { strict: false })) return false;
  try {
    const { abi } = code.ARTEFACTS.ModelRegistry;
    const count = await client.readContract({ address, abi, functionName: "modelCount" });
    return count >= BigInt(code.DEMO_MODELS.length);
  } catch {
    return false;
  }
}

/**
 * Deploys on an empty chain and fills it with models, licences, income, a host and a prover; leaves a
 * chain that has them as it is. Writes who is who, and where, for the studio.
 *
 * @param {string} url
 * @param {string} marketFile
 * @returns {Promise<void>}
 */
export async function fillDemoMarket(url, marketFile) {
  const code = await loadChainCode();
  const clients = localClients(url);
  const version = marketVersion(code);
  const present = readJson(marketFile);
  if (await isThere(clients, code, present)) {
    if (present.marketVersion !== version) {
      throw new ForeignState("The local chain was made by another version of Signet");
    }
    await keepBeaconsTrue(clients, code, present.addresses.contracts.registry);
    writeJson(marketFile, { ...present, rpcUrl: url });
    return;
  }
  if ((await clients.client.getBlockNumber()) !== 0n) {
    throw new ForeignState("The local chain holds something else than the demo market");
  }
  writeJson(marketFile, await fill(url, version, code, clients));
}

/**
 * A governor counts votes that are a second old; all of the market may be younger, and the chain makes
 * no block by itself.
 *
 * @param {import("./sender.mjs").Clients} clients
 */
async function letVotesCount({ client }) {
  const { timestamp } = await client.getBlock();
  const waitMs = Number(timestamp + 1n) * 1_000 - Date.now();
  if (waitMs > 0) await sleep(waitMs);
  await rpc(client.transport.url, "anvil_mine", ["0x1"]);
}

/**
 * @param {string} url
 * @param {Hex} version
 * @param {Code} code
 * @param {import("./sender.mjs").Clients} clients
 */
async function fill(url, version, code, clients) {
  const accounts = code.CAST.map(({ index }) =>
    mnemonicToAccount(code.TEST_PHRASE, { addressIndex: index }),
  );
  const who = (/** @type {number} */ index) => accounts[index].address;
  const { addresses, testDollar } = await deployLocal(clients, code.ARTEFACTS, who(DEPLOYER));
  /** @type {Stage} */
  const stage = {
    code,
    clients,
    banks: JSON.parse(readFileSync(BANKS, "utf8")),
    addresses,
    testDollar,
    who,
    act: async (from, to, data, value) => {
      await sendLocal(clients, who(from), { to, data, value });
    },
  };
  const { abi } = code.ARTEFACTS.TestDollar;
  for (const { index } of code.CAST) {
    const args = /** @type {const} */ ([who(index), ALLOWANCE]);
    await stage.act(index, testDollar, encodeFunctionData({ abi, functionName: "mint", args }));
  }
  const models = await addDemoModels(stage);
  const trade = await addDemoTrade(stage, models);
  await letVotesCount(clients);
  return {
    format: "signet-chain",
    version: 1,
    about: "Local test chain. Its accounts' keys are public and its money is worth nothing.",
    marketVersion: version,
    chainId: addresses.chainId,
    rpc: "/rpc",
    rpcUrl: url,
    addresses,
    testDollar,
    models,
    ...trade,
    cast: code.CAST.map((member) => ({ ...member, address: who(member.index) })),
  };
}
