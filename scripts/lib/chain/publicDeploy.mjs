// @ts-check
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createPublicClient, createWalletClient, formatEther, formatGwei, http } from "viem";
import { BadInput, oneLine } from "../badInput.mjs";
import { ROOT } from "../paths.mjs";
import { codeHash, deployPlan, verifyDeployment } from "./deploy.mjs";
import { HELP, KEY_VARIABLE, readDeployer, readDeployOptions } from "./deployOptions.mjs";
import { loadChainCode } from "./demoMarket.mjs";
import { planDeployment, versionOf } from "./plan.mjs";

/**
 * @typedef {import("./plan.mjs").Hex} Hex
 * @typedef {import("./plan.mjs").Plan} Plan
 * @typedef {import("./plan.mjs").DeploymentInput} DeploymentInput
 * @typedef {import("./plan.mjs").Artefacts} Artefacts
 * @typedef {import("./deployOptions.mjs").DeployOptions} DeployOptions
 * @typedef {import("viem").PublicClient} PublicClient
 *
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} env
 * @property {(line: string) => void} print
 * @property {((question: string) => Promise<string>) | null} ask null where nobody is there to answer
 * @property {string} [progressFolder]
 */

const LARGEST_CODE_BYTES = 24_576;

/**
 * What a deployment that broke off was made for, so that the next run goes on with it: all addresses
 * follow from the first nonce, and a half of them is worth nothing.
 *
 * @param {string} path
 * @param {Hex} version
 * @param {DeploymentInput} fresh
 * @param {bigint} nextBlock
 * @returns {{ input: DeploymentInput, firstBlock: number, resumed: boolean }}
 */
function resumeOr(path, version, fresh, nextBlock) {
  if (!existsSync(path)) return { input: fresh, firstBlock: Number(nextBlock), resumed: false };
  const kept = JSON.parse(readFileSync(path, "utf8"));
  const same =
    kept.version === version &&
    kept.guardian === fresh.guardian &&
    String(kept.tokens) === String(fresh.tokens);
  if (!same) {
    throw new BadInput(
      `A deployment with other settings or contracts broke off; repeat it, or remove ${path} to give it up`,
    );
  }
  const guardianUntil = BigInt(kept.guardianUntil);
  const input = { ...fresh, nonce: kept.nonce, guardianUntil };
  return { input, firstBlock: kept.firstBlock, resumed: true };
}

/** @param {string} path @param {Hex} version @param {DeploymentInput} input @param {number} firstBlock */
function keepProgress(path, version, input, firstBlock) {
  const { nonce, guardian, guardianUntil, tokens } = input;
  mkdirSync(dirname(path), { recursive: true });
  const until = String(guardianUntil);
  const kept = { version, nonce, firstBlock, guardian, guardianUntil: until, tokens };
  writeFileSync(path, JSON.stringify(kept));
}

/**
 * Runs every creation against the chain without sending it, and checks the code that would result.
 *
 * @param {Plan} plan
 * @param {DeploymentInput} input
 * @param {Artefacts} artefacts
 * @param {PublicClient} client
 * @returns {Promise<Map<string, bigint>>} gas by contract; those that exist already are not in it
 */
async function simulate(plan, input, artefacts, client) {
  /** @type {Map<string, bigint>} */
  const gas = new Map();
  for (const { name, address, initCode } of plan.steps) {
    if (((await client.getCode({ address })) ?? "0x") !== "0x") continue;
    const account = input.deployer;
    const { data = "0x" } = await client.call({ account, data: initCode });
    const { runtime } = artefacts[name];
    if (codeHash(data, runtime.immutables) !== runtime.hash) {
      throw new Error(`${name} would not become what this build says`);
    }
    if ((data.length - 2) / 2 > LARGEST_CODE_BYTES) throw new Error(`${name} is too large`);
    gas.set(name, await client.estimateGas({ account, data: initCode }));
  }
  return gas;
}

/** @param {DeployOptions} options @param {PublicClient} client */
async function checkTokens({ tokens }, client) {
  for (const address of tokens) {
    const code = (await client.getCode({ address })) ?? "0x";
    if (code === "0x") throw new BadInput(`There is no token at ${address} on this chain`);
  }
}

/**
 * @param {DeployOptions} options
 * @param {number} chainId
 * @param {Surroundings["ask"]} ask
 */
async function confirmChain(options, chainId, ask) {
  let given = options.chainId;
  if (given === null && ask !== null) {
    given = Number(await ask(`Type the chain's id (${chainId}) to deploy on it: `));
  }
  if (given === null) {
    throw new BadInput(`Say that chain ${chainId} is meant: --chain-id ${chainId}`);
  }
  if (given !== chainId) throw new BadInput(`The node's chain is ${chainId}, not ${given}`);
}

/**
 * @param {Surroundings["print"]} print
 * @param {Plan} plan
 * @param {ReadonlyMap<string, bigint>} gas
 * @param {{ gasPrice: bigint, balance: bigint }} money
 * @returns {bigint} wei that it will cost about
 */
function printPlan(print, plan, gas, { gasPrice, balance }) {
  for (const { name, address } of plan.steps) {
    const amount = gas.get(name)?.toLocaleString("en-GB") ?? "is there";
    print(`  ${name.padEnd(16)} ${address} ${amount.padStart(12)}`);
  }
  const total = [...gas.values()].reduce((sum, one) => sum + one, 0n);
  const cost = total * gasPrice;
  print(
    `Gas ${total.toLocaleString("en-GB")} at ${formatGwei(gasPrice)} gwei: ${formatEther(cost)}`,
  );
  print(`The deployer has ${formatEther(balance)}`);
  return cost;
}

/**
 * @param {import("viem").PrivateKeyAccount} account
 * @param {string} rpc
 * @param {ReadonlyMap<string, bigint>} gas
 */
function sender(account, rpc, gas) {
  const wallet = createWalletClient({ account, transport: http(rpc) });
  return async (
    /** @type {import("./plan.mjs").Step} */ { name, initCode },
    /** @type {number} */ nonce,
  ) => {
    const estimate = gas.get(name) ?? 0n;
    // A margin: the next blocks' base fee and cold slots are not yet known.
    return wallet.sendTransaction({
      chain: null,
      data: initCode,
      nonce,
      gas: (estimate * 115n) / 100n,
    });
  };
}

/**
 * @param {DeployOptions} options
 * @param {Surroundings} around
 */
async function deploy(options, { env, print, ask, progressFolder }) {
  const { deployer, account } = readDeployer(env, options);
  const client = createPublicClient({ transport: http(options.rpc, { retryCount: 3 }) });
  const chainId = await client.getChainId();
  const out = options.out ?? join(ROOT, "src/chain/addresses", `${chainId}.json`);
  if (options.broadcast && existsSync(out)) {
    throw new BadInput(`${out} is there already; move it away or name another file by --out`);
  }
  await checkTokens(options, client);
  const { ARTEFACTS } = await loadChainCode();
  const version = versionOf(ARTEFACTS);
  const folder = progressFolder ?? join(ROOT, ".cache", "deploy");
  const progress = join(folder, `${chainId}-${deployer}.json`);
  const { timestamp, number } = await client.getBlock();
  const hasGuardian = !/^0x0+$/.test(options.guardian);
  const fresh = {
    deployer,
    nonce: await client.getTransactionCount({ address: deployer }),
    guardian: options.guardian,
    guardianUntil: hasGuardian ? timestamp + BigInt(options.guardianDays) * 86_400n : 0n,
    tokens: options.tokens,
  };
  const { input, firstBlock, resumed } = resumeOr(progress, version, fresh, number + 1n);
  const plan = planDeployment(input, ARTEFACTS);

  print(`Chain ${chainId} at ${new URL(options.rpc).origin}, deployer ${deployer}`);
  if (resumed) print("Going on with a deployment that broke off");
  print(hasGuardian ? `Guardian ${options.guardian}` : "Nobody can pause: there is no guardian");
  print(`Tokens besides the coin: ${options.tokens.join(", ") || "none"}`);
  const gas = await simulate(plan, input, ARTEFACTS, client);
  const money = {
    gasPrice: await client.getGasPrice(),
    balance: await client.getBalance({ address: deployer }),
  };
  const cost = printPlan(print, plan, gas, money);
  if (!options.broadcast) {
    print("This was a dry run: nothing was sent. Add --broadcast to deploy.");
    return;
  }
  if (account === null) throw new BadInput(`${KEY_VARIABLE} is not set`);
  if (money.balance < cost) throw new BadInput(`The deployer has less than ${formatEther(cost)}`);
  await confirmChain(options, chainId, ask);

  keepProgress(progress, version, input, firstBlock);
  const send = sender(account, options.rpc, gas);
  const { gasUsed } = await deployPlan(plan, input, client, send, (step, done) =>
    print(`${done}/${plan.steps.length} ${step.name} is at ${step.address}`),
  );
  const views = await verifyDeployment(plan, input, ARTEFACTS, client);
  const addresses = {
    format: "signet-addresses",
    version: 1,
    chainId,
    firstBlock,
    deployer,
    guardian: input.guardian,
    guardianUntil: Number(input.guardianUntil),
    tokens: input.tokens,
    contracts: plan.contracts,
  };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(addresses, null, 2)}\n`);
  rmSync(progress, { force: true });
  print(
    `Deployed for ${gasUsed.toLocaleString("en-GB")} gas; code and ${views} views are as planned`,
  );
  print(`Addresses are in ${relative(process.cwd(), out)}`);
}

/**
 * Takes what must not be read by others out of a message: the key, and what an RPC address may hide
 * behind its host.
 *
 * @param {unknown} error
 * @param {string} rpc
 * @param {NodeJS.ProcessEnv} env
 */
export function safeMessage(error, rpc, env) {
  const short =
    error instanceof Error && "shortMessage" in error && typeof error.shortMessage === "string"
      ? error.shortMessage
      : error instanceof Error
        ? error.message
        : String(error);
  const key = env[KEY_VARIABLE]?.trim().replace(/^0x/, "") ?? "";
  const secrets = [key, rpc].filter((secret) => secret.length > 8);
  let text = oneLine(short);
  for (const secret of secrets) text = text.replaceAll(secret, "…");
  return text;
}

/**
 * @param {readonly string[]} argv
 * @param {Surroundings} around
 * @returns {Promise<void>}
 */
export async function runDeploy(argv, around) {
  const options = readDeployOptions(argv);
  if (options.help) {
    around.print(HELP);
    return;
  }
  let problem;
  try {
    await deploy(options, around);
    return;
  } catch (error) {
    if (error instanceof BadInput) throw error;
    problem = safeMessage(error, options.rpc, around.env);
  }
  // Not with its cause, in which the node's address stands in full.
  throw new Error(problem);
}
