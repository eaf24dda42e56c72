import { getAddress, TransactionNotFoundError, TransactionReceiptNotFoundError } from "viem";
import type { Address, Hash, PublicClient, TransactionReceipt } from "viem";
import type { Ancestor } from "../accounting/lineage.ts";
import { ChainError } from "../errors/chainError.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { NATIVE } from "../indexer/state.ts";
import { buildReceipt, type ReceiptFacts } from "./receipt.ts";
import { paymentsIn, type LicencePayment } from "./receiptEvents.ts";
import type { Receipt } from "./receiptSchema.ts";
import type { KindStruct } from "./terms.ts";

/** Where to look, and what the chain itself does not say. */
export interface ReceiptSource {
  readonly client: PublicClient;
  readonly chain: { readonly id: number; readonly name: string };
  readonly contracts: { registry: Address; licences: Address; splitter: Address };
  /** Block from which events are looked for. */
  readonly firstBlock: bigint;
  readonly coinOf: (token: Address) => Promise<{ symbol: string; decimals: number }>;
  readonly nameOf: (model: bigint, uri: string) => string;
  readonly linkOf: ReceiptFacts["linkOf"];
  /** Transaction in which a licence was bought, where it is known; nodes limit searches for events. */
  readonly boughtIn: (licence: bigint) => Hash | null;
}

export type ReceiptReading =
  | { readonly state: "receipt"; readonly receipt: Receipt }
  /** The chain knows no such transaction. */
  | { readonly state: "unknown" }
  /** It waits for a block. */
  | { readonly state: "pending" }
  | { readonly state: "reverted" }
  /** It bought, renewed and returned nothing. */
  | { readonly state: "other" };

/** Reads what a transaction bought, renewed or returned. @throws what the client throws */
export async function readReceipt(source: ReceiptSource, hash: Hash): Promise<ReceiptReading> {
  const { client, contracts } = source;
  const receipt = await orNull(client.getTransactionReceipt({ hash }));
  if (receipt === null) {
    const known = await orNull(client.getTransaction({ hash }));
    return { state: known === null ? "unknown" : "pending" };
  }
  if (receipt.status !== "success") return { state: "reverted" };
  const payments = paymentsIn(receipt.logs, contracts);
  if (payments.length === 0) return { state: "other" };
  const facts = await readFacts(source, receipt, payments);
  return { state: "receipt", receipt: buildReceipt(facts) };
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TransactionNotFoundError) return null;
    if (error instanceof TransactionReceiptNotFoundError) return null;
    throw error;
  }
}

type Origin = ReturnType<ReceiptFacts["originOf"]>;

async function readFacts(
  source: ReceiptSource,
  receipt: TransactionReceipt,
  payments: readonly LicencePayment[],
): Promise<ReceiptFacts> {
  const { client, chain, contracts, linkOf } = source;
  const { timestamp } = await client.getBlock({ blockHash: receipt.blockHash });
  const origins = new Map<bigint, Origin>();
  const holders = new Map<bigint, Address>();
  const terms = new Map<string, KindStruct>();
  const lineages = new Map<bigint, readonly Ancestor[]>();
  const models = new Map<bigint, { name: string; uri: string }>();
  const coins = new Map<Address, { symbol: string; decimals: number }>();
  coins.set(NATIVE, await source.coinOf(NATIVE));
  for (const payment of payments) {
    const { licence, token } = payment;
    coins.set(token, await source.coinOf(token));
    const origin =
      payment.kind === "purchase"
        ? { ...payment, hash: receipt.transactionHash }
        : await readOrigin(source, licence);
    origins.set(licence, origin);
    const { model, offer } = origin;
    const version = payment.kind === "refund" ? origin.version : payment.version;
    if (payment.kind === "renewal") {
      holders.set(licence, await readHolder(source, licence, receipt.blockNumber));
    }
    terms.set(
      `${model} ${offer} ${version}`,
      await client.readContract({
        address: contracts.licences,
        abi: licenceTokenAbi,
        functionName: "kindOf",
        args: [model, offer, version],
      }),
    );
    const lineage = await readLineage(source, model);
    lineages.set(model, lineage);
    for (const id of [model, ...lineage.map((ancestor) => ancestor.model)]) {
      if (!models.has(id)) models.set(id, await readModel(source, id));
    }
  }
  return {
    chain,
    contracts: {
      registry: getAddress(contracts.registry),
      licences: getAddress(contracts.licences),
      splitter: getAddress(contracts.splitter),
    },
    hash: receipt.transactionHash,
    from: getAddress(receipt.from),
    block: receipt.blockNumber,
    timeSeconds: timestamp,
    gasUsed: receipt.gasUsed,
    fee: receipt.gasUsed * receipt.effectiveGasPrice + dataFee(receipt),
    payments,
    originOf: (licence) => found(origins.get(licence)),
    holderOf: (licence) => found(holders.get(licence)),
    termsOf: (model, offer, version) => found(terms.get(`${model} ${offer} ${version}`)),
    lineageOf: (model) => found(lineages.get(model)),
    modelOf: (id) => found(models.get(id)),
    coinOf: (token) => found(coins.get(token)),
    linkOf,
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("a fact of the receipt was not read");
  return value;
}

/** What some rollups charge besides gas, for keeping the transaction on their parent chain. */
function dataFee(receipt: TransactionReceipt): bigint {
  const fee: unknown = Reflect.get(receipt, "l1Fee");
  return typeof fee === "bigint" ? fee : 0n;
}

/** The purchase of a licence, from the logs of its transaction. */
async function readOrigin(source: ReceiptSource, licence: bigint): Promise<Origin> {
  const { client, contracts, firstBlock } = source;
  const known = source.boughtIn(licence);
  const hash =
    known ??
    (
      await client.getContractEvents({
        address: contracts.licences,
        abi: licenceTokenAbi,
        eventName: "LicenceBought",
        args: { licence },
        fromBlock: firstBlock,
        strict: true,
      })
    ).at(0)?.transactionHash;
  const receipt = hash === undefined ? null : await orNull(client.getTransactionReceipt({ hash }));
  const purchase = paymentsIn(receipt?.logs ?? [], contracts).find(
    (payment) => payment.kind === "purchase" && payment.licence === licence,
  );
  if (receipt === null || purchase?.kind !== "purchase") {
    throw new ChainError(
      "NOT_FOUND",
      "The purchase of this licence was not found.",
      "Try again once the chain has been read to its end.",
    );
  }
  const { model, offer, version } = purchase;
  return { model, offer, version, hash: receipt.transactionHash };
}

async function readHolder(
  { client, contracts, firstBlock }: ReceiptSource,
  licence: bigint,
  block: bigint,
): Promise<Address> {
  const contract = { address: contracts.licences, abi: licenceTokenAbi } as const;
  try {
    const asked = { functionName: "ownerOf", args: [licence], blockNumber: block } as const;
    return await client.readContract({ ...contract, ...asked });
  } catch {
    // Few nodes keep old states; the transfers up to then say the same.
    const transfers = await client.getContractEvents({
      ...contract,
      eventName: "Transfer",
      args: { tokenId: licence },
      fromBlock: firstBlock,
      toBlock: block,
      strict: true,
    });
    return found(transfers.at(-1)).args.to;
  }
}

async function readLineage(
  { client, contracts }: ReceiptSource,
  model: bigint,
): Promise<readonly Ancestor[]> {
  const ancestors = await client.readContract({
    address: contracts.registry,
    abi: modelRegistryAbi,
    functionName: "ancestorsOf",
    args: [model],
  });
  return ancestors.map((ancestor) => ({ model: ancestor.model, ppm: BigInt(ancestor.ppm) }));
}

async function readModel(
  { client, contracts, nameOf }: ReceiptSource,
  model: bigint,
): Promise<{ name: string; uri: string }> {
  const uri = await client.readContract({
    address: contracts.registry,
    abi: modelRegistryAbi,
    functionName: "uriOf",
    args: [model],
  });
  return { name: nameOf(model, uri).slice(0, 200), uri };
}
