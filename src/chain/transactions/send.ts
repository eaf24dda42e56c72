/**
 * How every transaction of the studio is sent.
 *
 *   const { send, step, error, transaction, reset } = useTransaction();
 *   await send({
 *     label: "Buy a licence of Tale Base",
 *     call: contractCall({ address, abi: licenceTokenAbi, functionName: "buy", args: [order], value }),
 *   });
 *
 * The screen shows its own review first, then calls `send`: it simulates (a revert is told as a
 * sentence before any wallet opens), compares the balance with amount and fee, asks the wallet, keeps
 * the transaction by account and chain, and follows it to its end, over reloads too. `send` of the
 * hook settles when the transaction is final and gives it back, or null when nothing was sent;
 * `TransactionStatus` of features/shared shows where it stands. Outside React use `sendTransaction`.
 */
import { encodeFunctionData } from "viem";
import type {
  Abi,
  Address,
  ContractFunctionArgs,
  ContractFunctionName,
  EncodeFunctionDataParameters,
  Hex,
} from "viem";
import { getConnection, sendTransaction as askWallet } from "wagmi/actions";
import { readClient } from "../config.ts";
import type { ChainSetup, Deployment } from "../config.ts";
import { ChainError } from "../errors/chainError.ts";
import { explainChainError, insufficientFunds } from "../errors/explain.ts";
import { follow } from "./follow.ts";
import { addTransaction, dropTransaction, noteSent, openBook } from "./ledger.ts";
import { isFinal } from "./transaction.ts";
import type { Transaction } from "./transaction.ts";

/** What is to be called, ready to send. */
export interface Call {
  to: Address;
  data: Hex;
  /** Wei. */
  value: bigint;
}

type Writes = "nonpayable" | "payable";

/** A call of a contract's function, typed by its ABI. */
export function contractCall<
  const abi extends Abi,
  name extends ContractFunctionName<abi, Writes>,
>(call: {
  address: Address;
  abi: abi;
  functionName: name;
  args: ContractFunctionArgs<abi, Writes, name>;
  /** Wei. */
  value?: bigint;
}): Call {
  const { address, abi, functionName, args, value = 0n } = call;
  const encoded: EncodeFunctionDataParameters = {
    abi,
    functionName,
    args: Array.isArray(args) ? args : [],
  };
  return { to: address, data: encodeFunctionData(encoded), value };
}

export interface SendRequest {
  /** What it does, in the user's words and at most 120 characters. */
  label: string;
  call: Call;
  /** Chain it belongs to; without it that of the wallet. */
  chainId?: number;
}

/** Before there is a transaction: being tried out, then waiting for the wallet's owner. */
export type SendStep = "checking" | "wallet";

export interface Sent {
  transaction: Transaction;
  /** The transaction when it is final; null when it was cleared before that. */
  done: Promise<Transaction | null>;
}

/**
 * @throws ChainError with nothing sent: no wallet, wrong network, too little coin, a revert foreseen,
 * or the wallet's owner said no
 */
export async function sendTransaction(
  setup: ChainSetup,
  request: SendRequest,
  onStep?: (step: SendStep) => void,
): Promise<Sent> {
  onStep?.("checking");
  const { account, deployment } = readySender(setup, request.chainId);
  const client = readClient(setup.config, deployment.chainId);
  let tx: Transaction;
  try {
    await tryOut(setup, deployment, account, request.call);
    const [nonce, head] = await Promise.all([
      client.getTransactionCount({ address: account, blockTag: "pending" }),
      client.getBlockNumber({ cacheTime: 0 }),
    ]);
    tx = newTransaction(request, deployment, account, nonce, head);
  } catch (error) {
    throw explainChainError(error);
  }
  onStep?.("wallet");
  addTransaction(tx);
  try {
    const { to, data, value } = request.call;
    const { chainId } = deployment;
    const hash = await askWallet(setup.config, { account, to, data, value, chainId });
    tx = noteSent(tx, hash);
  } catch (error) {
    dropTransaction(tx);
    throw explainChainError(error);
  }
  return { transaction: tx, done: follow(tx, followOptions(setup, deployment)) };
}

/**
 * Who would send to a chain.
 *
 * @throws ChainError without a wallet, or with one that is on another network
 */
export function readySender({ config, deployments }: ChainSetup, chainId: number | undefined) {
  const connection = getConnection(config);
  if (connection.status !== "connected") {
    throw new ChainError("NO_WALLET", "No wallet is connected.", "Connect a wallet first.");
  }
  const wanted = chainId ?? connection.chainId;
  const deployment = deployments.find((candidate) => candidate.chainId === wanted);
  if (deployment === undefined || connection.chainId !== wanted) {
    throw new ChainError(
      "WRONG_NETWORK",
      "The wallet is on another network.",
      `Switch it to ${(deployment ?? deployments[0]).chain.name}.`,
    );
  }
  return { account: connection.address, deployment };
}

/** Fails where the chain would, before the wallet is opened. */
async function tryOut(
  { config }: ChainSetup,
  { chain, chainId }: Deployment,
  account: Address,
  call: Call,
): Promise<void> {
  const client = readClient(config, chainId);
  const have = await client.getBalance({ address: account });
  const { symbol } = chain.nativeCurrency;
  if (have < call.value) throw insufficientFunds(have, call.value, symbol);
  await client.call({ account, ...call });
  const [gas, { maxFeePerGas }] = await Promise.all([
    client.estimateGas({ account, ...call }),
    client.estimateFeesPerGas(),
  ]);
  const need = call.value + gas * maxFeePerGas;
  if (have < need) throw insufficientFunds(have, need, symbol);
}

function newTransaction(
  { label, call }: SendRequest,
  deployment: Deployment,
  account: Address,
  nonce: number,
  head: bigint,
): Transaction {
  return {
    id: crypto.randomUUID(),
    label: label.slice(0, 120),
    chainId: deployment.chainId,
    account,
    to: call.to,
    data: call.data,
    value: call.value.toString(),
    createdMs: Date.now(),
    sinceBlock: head.toString(),
    step: "wallet",
    hash: null,
    nonce,
    block: null,
    confirmations: 0,
    confirmationsNeeded: deployment.confirmations,
    spedUp: false,
    replacedBy: null,
    reason: "",
    hint: "",
  };
}

function followOptions({ config }: ChainSetup, deployment: Deployment) {
  return {
    client: readClient(config, deployment.chainId),
    confirmations: deployment.confirmations,
    pollMs: deployment.rpcUrl === null ? 4_000 : 1_000,
  };
}

/** Goes on watching what an account had on its way when the page was closed. */
export function resumeTransactions(
  setup: ChainSetup,
  deployment: Deployment,
  account: Address,
): void {
  for (const tx of openBook(deployment.chainId, account)) {
    // What waits in the wallet is followed by the one who asked.
    if (!isFinal(tx) && tx.step !== "wallet") void follow(tx, followOptions(setup, deployment));
  }
}
