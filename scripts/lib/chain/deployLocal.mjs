// @ts-check
import { getAddress } from "viem";
import { deployPlan, verifyDeployment } from "./deploy.mjs";
import { planDeployment } from "./plan.mjs";
import { sendLocal } from "./sender.mjs";

/** @typedef {import("./plan.mjs").Hex} Hex */

const GUARDIAN_TERM_S = 365n * 86_400n;

/**
 * Deploys the test dollar and then the whole set with it on the list, from an account of the node.
 *
 * @param {import("./sender.mjs").Clients} clients
 * @param {import("./plan.mjs").Artefacts} artefacts
 * @param {Hex} deployer also the guardian
 * @returns {Promise<{ addresses: import("../../../src/chain/addresses/schema.ts").ChainAddresses, testDollar: Hex }>}
 */
export async function deployLocal(clients, artefacts, deployer) {
  const { client } = clients;
  const coin = await sendLocal(clients, deployer, { data: artefacts.TestDollar.bytecode });
  if (!coin.contractAddress) throw new Error("The test dollar was not created");
  const testDollar = getAddress(coin.contractAddress);
  const block = await client.getBlock();
  const input = {
    deployer,
    nonce: await client.getTransactionCount({ address: deployer }),
    guardian: deployer,
    guardianUntil: block.timestamp + GUARDIAN_TERM_S,
    tokens: [testDollar],
  };
  const plan = planDeployment(input, artefacts);
  const send = async (/** @type {import("./plan.mjs").Step} */ { initCode }) =>
    (await sendLocal(clients, deployer, { data: initCode })).transactionHash;
  const { firstBlock } = await deployPlan(plan, input, client, send);
  await verifyDeployment(plan, input, artefacts, client);
  const chainId = await client.getChainId();
  return {
    addresses: {
      format: "signet-addresses",
      version: 1,
      chainId,
      firstBlock: Number(firstBlock),
      deployer,
      guardian: deployer,
      guardianUntil: Number(input.guardianUntil),
      tokens: [testDollar],
      contracts: plan.contracts,
    },
    testDollar,
  };
}
