// @ts-check
import { getAddress, isAddress, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { BadInput } from "../badInput.mjs";
import { parseOptions, wholeNumber } from "../options.mjs";

/** @typedef {import("./plan.mjs").Hex} Hex */

export const KEY_VARIABLE = "SIGNET_DEPLOYER_KEY";

export const HELP = `Deploys the contracts on a public chain: npm run deploy -- --rpc URL [options]

  --rpc <url>            node to ask and to send to
  --tokens <a,b>         ERC-20s to accept besides the chain's coin, at most 8; fixed for ever
  --guardian <address>   who may pause entries, never exits (default: nobody)
  --guardian-days <n>    days until the guardian's office ends (default 365)
  --from <address>       deployer, for a dry run without a key
  --out <file>           where to write the addresses (default src/chain/addresses/<chain id>.json)
  --broadcast            send the transactions; without it this is a dry run
  --chain-id <n>         the chain's id, asked back before anything is sent
  --help                 this text

The private key of the deployer is read from the environment variable ${KEY_VARIABLE} and from
nowhere else. It is never written or printed.`;

/**
 * @typedef {object} DeployOptions
 * @property {boolean} help
 * @property {string} rpc
 * @property {Hex[]} tokens
 * @property {Hex} guardian
 * @property {number} guardianDays
 * @property {Hex | null} from
 * @property {string | null} out
 * @property {boolean} broadcast
 * @property {number | null} chainId
 */

/** @param {string} text @param {string} what @returns {Hex} */
function readAddress(text, what) {
  if (!isAddress(text, { strict: false })) throw new BadInput(`${what} "${text}" is no address`);
  // Mixed case carries a checksum; one that does not hold is a typing error.
  const isMixed = /[a-f]/.test(text.slice(2)) && /[A-F]/.test(text.slice(2));
  if (isMixed && getAddress(text) !== text) {
    throw new BadInput(`${what} "${text}" has a wrong checksum`);
  }
  return getAddress(text);
}

/** @param {string | undefined} text @returns {Hex[]} */
function readTokens(text) {
  const tokens = (text ?? "").split(",").filter((part) => part !== "");
  const addresses = tokens.map((token) => readAddress(token.trim(), "The token"));
  if (addresses.length > 8) throw new BadInput("The splitter takes at most 8 tokens");
  if (new Set(addresses).size < addresses.length) throw new BadInput("A token is named twice");
  if (addresses.includes(zeroAddress)) {
    throw new BadInput("The zero address stands for the chain's coin, which is always accepted");
  }
  return addresses;
}

/** @param {string | undefined} text */
function readRpc(text) {
  if (text === undefined) throw new BadInput("--rpc is missing: name a node's URL");
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new BadInput("--rpc takes a URL");
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new BadInput("--rpc takes an http or https URL without a user name");
  }
  return text;
}

/** @param {readonly string[]} argv @returns {DeployOptions} */
export function readDeployOptions(argv) {
  const { values, positionals } = parseOptions(argv, {
    rpc: { type: "string" },
    tokens: { type: "string" },
    guardian: { type: "string" },
    "guardian-days": { type: "string" },
    from: { type: "string" },
    out: { type: "string" },
    broadcast: { type: "boolean" },
    "chain-id": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (positionals.length > 0) throw new BadInput(`Unexpected argument "${positionals[0]}"`);
  const help = values.help === true;
  return {
    help,
    rpc: help ? "" : readRpc(values.rpc),
    tokens: readTokens(values.tokens),
    guardian:
      values.guardian === undefined ? zeroAddress : readAddress(values.guardian, "The guardian"),
    guardianDays:
      wholeNumber(values["guardian-days"], "guardian-days", { min: 1, max: 3_650 }) ?? 365,
    from: values.from === undefined ? null : readAddress(values.from, "The deployer"),
    out: values.out ?? null,
    broadcast: values.broadcast === true,
    chainId: wholeNumber(values["chain-id"], "chain-id", { min: 1 }),
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {DeployOptions} options
 * @returns {{ deployer: Hex, account: import("viem").PrivateKeyAccount | null }}
 */
export function readDeployer(env, options) {
  const key = env[KEY_VARIABLE]?.trim() ?? "";
  if (key === "") {
    const { from } = options;
    if (options.broadcast || from === null) {
      const instead = options.broadcast ? "" : ", or name the deployer by --from for a dry run";
      throw new BadInput(
        `${KEY_VARIABLE} is not set: put the deployer's private key there${instead}`,
      );
    }
    return { deployer: from, account: null };
  }
  const digits = key.replace(/^0x/, "");
  // Nothing of a malformed key is repeated: it may be the right one with a slip.
  const malformed = new BadInput(`${KEY_VARIABLE} is no private key of 64 hexadecimal digits`);
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) throw malformed;
  let account;
  try {
    account = privateKeyToAccount(`0x${digits}`);
  } catch {
    throw malformed;
  }
  if (options.from !== null && options.from !== account.address) {
    throw new BadInput(`--from is ${options.from}, but the key is that of ${account.address}`);
  }
  return { deployer: account.address, account };
}
