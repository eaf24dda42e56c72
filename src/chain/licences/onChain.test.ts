import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { erc20Abi, getAddress, parseSignature, zeroAddress, zeroHash } from "viem";
import type { Address, Hash, Hex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillDemoMarket } from "../../../scripts/lib/chain/demoMarket.mjs";
import { openLocalChain, type LocalChain } from "../../../scripts/lib/chain/localChain.mjs";
import { rpc } from "../../../scripts/lib/chain/rpc.mjs";
import { localClients, sendLocal, type Clients } from "../../../scripts/lib/chain/sender.mjs";
import { chainAddressesSchema, type ChainAddresses } from "../addresses/schema.ts";
import { Splitter } from "../accounting/splitter.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { testDollarAbi } from "../generated/testDollar.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import type { Call } from "../transactions/send.ts";
import { TEST_PHRASE } from "../market/demoCast.ts";
import { DEMO_KINDS } from "../market/demoKinds.ts";
import { ChainReader } from "../indexer/sync/chainReader.ts";
import { httpRequest } from "../indexer/sync/httpRequest.ts";
import { jsonRpcNode } from "../indexer/sync/node.ts";
import type { ChainState } from "../indexer/state.ts";
import {
  approveCall,
  buyCall,
  buyWithPermitCall,
  refundCall,
  renewCall,
  transferCall,
  withdrawCall,
  type Order,
} from "./order.ts";
import { isDomainOf, permitDigest, permitTypedData } from "./permit.ts";
import { readPermitTerms } from "./readPermit.ts";
import { readReceipt, type ReceiptSource } from "./readReceipt.ts";
import { receiptSchema, type Receipt } from "./receiptSchema.ts";
import { refundOf, renewalOf, standingOf, transferBar } from "./rules.ts";
import { termsHashOf } from "./terms.ts";

const DEMO = 4n;
const [EVALUATION, COMMERCIAL, SEAT] = DEMO_KINDS;
const buyer = mnemonicToAccount(TEST_PHRASE);
const friend = mnemonicToAccount(TEST_PHRASE, { addressIndex: 5 }).address;

let folder: string;
let chain: LocalChain;
let clients: Clients;
let contracts: ChainAddresses["contracts"];
let firstBlock: bigint;
let dollar: Address;
let source: ReceiptSource;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-licences-"));
  chain = await openLocalChain({ folder, port: 0, fill: fillDemoMarket });
  clients = localClients(chain.url);
  const market: unknown = JSON.parse(readFileSync(chain.marketFile, "utf8"));
  const addresses = v.parse(chainAddressesSchema, Reflect.get(Object(market), "addresses"));
  ({ contracts } = addresses);
  firstBlock = BigInt(addresses.firstBlock);
  dollar = addresses.tokens[0];
  const { registry, licences, splitter } = contracts;
  source = {
    client: clients.client,
    chain: { id: 31_337, name: "Signet local chain" },
    contracts: { registry, licences, splitter },
    firstBlock,
    coinOf: (token) =>
      Promise.resolve(
        token === zeroAddress ? { symbol: "ETH", decimals: 18 } : { symbol: "tUSD", decimals: 6 },
      ),
    nameOf: (id) => `Model ${id}`,
    linkOf: (what, id) => `https://explorer.test/${what}/${id}`,
    boughtIn: () => null,
  };
}, 120_000);

afterAll(async () => {
  await chain.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const send = async (call: Call, from: Address = buyer.address) => sendLocal(clients, from, call);

const termsHash = (kind: number): Promise<Hex> =>
  clients.client.readContract({
    address: contracts.licences,
    abi: licenceTokenAbi,
    functionName: "termsHashOf",
    args: [DEMO, kind],
  });

const order = async (kind: number, token: Address, maxPrice: bigint): Promise<Order> => ({
  model: DEMO,
  kind,
  to: buyer.address,
  token,
  maxPrice,
  termsHash: await termsHash(kind),
});

const newest = (): Promise<bigint> =>
  clients.client.readContract({
    address: contracts.licences,
    abi: licenceTokenAbi,
    functionName: "licenceCount",
  });

const allowance = (): Promise<bigint> =>
  clients.client.readContract({
    address: dollar,
    abi: erc20Abi,
    functionName: "allowance",
    args: [buyer.address, contracts.splitter],
  });

async function receiptOf(hash: Hash): Promise<Receipt> {
  const reading = await readReceipt(source, hash);
  if (reading.state !== "receipt") throw new Error(`no receipt: ${reading.state}`);
  // What it says survives being written and read.
  return v.parse(receiptSchema, JSON.parse(JSON.stringify(reading.receipt)));
}

async function readState(): Promise<ChainState> {
  const { registry, splitter, licences, channel, provers, jury, dao } = contracts;
  const reader = new ChainReader(jsonRpcNode(httpRequest(chain.url)), {
    contracts: { registry, splitter, licences, channel, provers, jury, dao },
    firstBlock,
  });
  await reader.sync(() => undefined);
  return reader.state;
}

const chainNow = async (): Promise<bigint> => (await clients.client.getBlock()).timestamp;

/** What the splitter's own views say that a payment changed, by the models of the lineage. */
async function ownOf(token: Address): Promise<Map<string, bigint>> {
  const entries = [1n, 2n, 3n, 4n].map(async (model) => {
    const pot = await clients.client.readContract({
      address: contracts.splitter,
      abi: revenueSplitterAbi,
      functionName: "potOf",
      args: [model, token],
    });
    return [String(model), pot.own] as const;
  });
  return new Map(await Promise.all(entries));
}

describe("permit", () => {
  test("is signed under the token's own domain, with its own digest", async () => {
    const terms = await readPermitTerms(clients.client, 31_337, dollar, buyer.address);
    if (terms === null) throw new Error("the test dollar has a permit");
    const read = { address: dollar, abi: testDollarAbi } as const;
    const separator = await clients.client.readContract({
      ...read,
      functionName: "DOMAIN_SEPARATOR",
    });
    expect(isDomainOf(terms.domain, separator)).toBe(true);
    const permit = {
      owner: buyer.address,
      spender: contracts.splitter,
      value: 7n,
      deadline: (await chainNow()) + 600n,
    };
    const signature = await buyer.signTypedData(permitTypedData(terms, permit));
    // The token recovers the signer from the digest that it works out itself.
    const { r, s, yParity } = parseSignature(signature);
    await clients.client.simulateContract({
      ...read,
      account: friend,
      functionName: "permit",
      args: [permit.owner, permit.spender, 7n, permit.deadline, 27 + yParity, r, s],
    });
    expect(await buyer.sign({ hash: permitDigest(terms, permit) })).toBe(signature);
  });

  test("a contract without one has none", async () => {
    await expect(
      readPermitTerms(clients.client, 31_337, contracts.registry, buyer.address),
    ).rejects.toThrow();
    const shares = await clients.client.readContract({
      address: contracts.splitter,
      abi: revenueSplitterAbi,
      functionName: "sharesOf",
      args: [DEMO],
    });
    // An ERC-20 on another network would sign for this one.
    expect(await readPermitTerms(clients.client, 1, dollar, buyer.address)).toBeNull();
    expect(shares).not.toBe(zeroAddress);
  });
});

test("terms are hashed as the licence token hashes them", async () => {
  for (const { kind } of DEMO_KINDS) {
    const terms = await clients.client.readContract({
      address: contracts.licences,
      abi: licenceTokenAbi,
      functionName: "kindOf",
      args: [DEMO, kind, 1],
    });
    expect(termsHashOf(terms)).toBe(await termsHash(kind));
  }
});

test("a purchase by permit leaves no allowance, and its receipt says who got what", async () => {
  const wanted = await order(SEAT.kind, dollar, SEAT.priceDollars);
  const terms = await readPermitTerms(clients.client, 31_337, dollar, buyer.address);
  if (terms === null) throw new Error("the test dollar has a permit");
  const deadline = (await chainNow()) + 600n;
  const permit = {
    owner: buyer.address,
    spender: contracts.splitter,
    value: wanted.maxPrice,
    deadline,
  };
  const signature = await buyer.signTypedData(permitTypedData(terms, permit));
  const before = await ownOf(dollar);
  const sent = await send(buyWithPermitCall(contracts.licences, wanted, deadline, signature));
  const after = await ownOf(dollar);
  expect(await allowance()).toBe(0n);

  const receipt = await receiptOf(sent.transactionHash);
  const { timestamp } = await clients.client.getBlock({ blockNumber: sent.blockNumber });
  expect(receipt).toMatchObject({
    chain: { id: 31_337, name: "Signet local chain" },
    transaction: {
      hash: sent.transactionHash,
      block: String(sent.blockNumber),
      time: {
        unixSeconds: String(timestamp),
        utc: new Date(Number(timestamp) * 1000).toISOString(),
      },
      gasUsed: String(sent.gasUsed),
      fee: { symbol: "ETH", units: String(sent.gasUsed * sent.effectiveGasPrice) },
    },
    entries: [
      {
        kind: "purchase",
        licence: String(await newest()),
        model: { id: "4" },
        offer: { label: "seat", version: 1, termsHash: wanted.termsHash },
        buyer: buyer.address,
        payer: buyer.address,
        payee: contracts.splitter,
        recipient: buyer.address,
        paid: { token: dollar, symbol: "tUSD", units: "60000000", amount: "60" },
        expires: { unixSeconds: String(timestamp + BigInt(SEAT.durationS)) },
        split: { state: "split", heldUntil: null },
        boughtIn: null,
      },
    ],
  });
  const [{ split }] = receipt.entries;
  const got = split.parts.map(
    ({ model, received }) => [model.id, BigInt(received?.units ?? -1)] as const,
  );
  expect(new Map(got)).toEqual(
    new Map([...after].map(([id, own]) => [id, own - (before.get(id) ?? 0n)])),
  );
  expect(receipt.links).toContainEqual({
    what: "transaction",
    url: `https://explorer.test/tx/${sent.transactionHash}`,
  });
});

test("a refundable purchase is held, returned once, and withdrawn to the wei", async () => {
  const wanted = await order(EVALUATION.kind, zeroAddress, EVALUATION.priceWei);
  const bought = await send(buyCall(contracts.licences, wanted));
  const licence = await newest();
  const receipt = await receiptOf(bought.transactionHash);
  const until = (await chainNow()) + BigInt(EVALUATION.refundWindowS);
  expect(receipt.entries[0]).toMatchObject({
    kind: "purchase",
    paid: { units: String(EVALUATION.priceWei), amount: "0.002" },
    split: { state: "held", heldUntil: { unixSeconds: String(until) }, waitingUnits: null },
  });
  expect(receipt.entries[0].split.parts.map(({ received }) => received)).toEqual([
    null,
    null,
    null,
    null,
  ]);

  const state = await readState();
  const mine = state.licences.get(licence);
  if (mine === undefined) throw new Error("the licence is known");
  expect(refundOf(state, mine, until - 1n)).toMatchObject({
    open: true,
    amount: EVALUATION.priceWei,
    until,
  });
  expect(refundOf(state, mine, until)).toEqual({
    open: false,
    reason: "The window for returning it is over.",
  });
  expect(transferBar(state, mine, until)).toContain("bind");
  expect(standingOf(mine, mine.expires, BigInt(EVALUATION.durationS))).toBe("expiring");
  expect(standingOf(mine, mine.expires + 1n)).toBe("expired");

  const returned = await send(refundCall(contracts.licences, licence));
  const back = await receiptOf(returned.transactionHash);
  expect(back.entries).toMatchObject([
    {
      kind: "refund",
      licence: String(licence),
      offer: { label: "evaluation" },
      payer: contracts.splitter,
      recipient: buyer.address,
      paid: { units: String(EVALUATION.priceWei) },
      expires: null,
      split: { state: "returned", parts: [] },
      boughtIn: bought.transactionHash,
    },
  ]);
  const have = await clients.client.getBalance({ address: buyer.address });
  const paid = await send(withdrawCall(contracts.splitter, buyer.address, zeroAddress));
  expect(await clients.client.getBalance({ address: buyer.address })).toBe(
    have + EVALUATION.priceWei - paid.gasUsed * paid.effectiveGasPrice,
  );
  const later = await readState();
  const gone = later.licences.get(licence);
  if (gone === undefined) throw new Error("a returned licence stays known");
  expect(standingOf(gone, 0n)).toBe("returned");
  expect(gone.history.map(({ what }) => what)).toEqual(["bought", "refunded"]);
  expect(gone.history[1].at.transaction).toBe(returned.transactionHash);
});

test("a renewal by exact allowance ends as foreseen, and releases what was held", async () => {
  await send(
    buyCall(contracts.licences, await order(EVALUATION.kind, zeroAddress, EVALUATION.priceWei)),
  );
  const licence = await newest();
  const state = await readState();
  const mine = state.licences.get(licence);
  if (mine === undefined) throw new Error("the licence is known");
  const foreseen = renewalOf(state, mine, await chainNow());
  if (!foreseen.open) throw new Error(foreseen.reason);
  expect(foreseen.endsRefund).toBe(true);
  expect(foreseen.prices).toContainEqual({ token: dollar, price: EVALUATION.priceDollars });

  const price = EVALUATION.priceDollars;
  const renewal = { licence, token: dollar, maxPrice: price, termsHash: foreseen.terms.termsHash };
  await send(approveCall(dollar, contracts.splitter, price));
  expect(await allowance()).toBe(price);
  const [coinBefore, dollarBefore] = [await ownOf(zeroAddress), await ownOf(dollar)];
  const renewed = await send(renewCall(contracts.licences, renewal));
  const dollarAfter = await ownOf(dollar);
  expect(await allowance()).toBe(0n);

  const after = await readState();
  expect(after.licences.get(licence)).toMatchObject({
    expires: foreseen.expires,
    quota: foreseen.quota,
    escrow: null,
  });
  const receipt = await receiptOf(renewed.transactionHash);
  expect(receipt.entries).toMatchObject([
    {
      kind: "renewal",
      model: { id: "4" },
      payer: buyer.address,
      recipient: buyer.address,
      paid: { token: dollar, units: String(price) },
      expires: { unixSeconds: String(foreseen.expires) },
      released: { token: zeroAddress, units: String(EVALUATION.priceWei) },
      split: { state: "split" },
    },
  ]);
  const own = receipt.entries[0].split.parts.find(({ model }) => model.id === "4");
  expect(BigInt(own?.received?.units ?? -1)).toBe(
    (dollarAfter.get("4") ?? 0n) - (dollarBefore.get("4") ?? 0n),
  );
  expect((await ownOf(zeroAddress)).get("4")).toBeGreaterThan(coinBefore.get("4") ?? 0n);
  expect(refundOf(after, after.licences.get(licence) ?? mine, await chainNow())).toEqual({
    open: false,
    reason: "It was renewed, and a renewal is final.",
  });
});

test("the split agrees with the twin of the splitter from nothing on", async () => {
  const lineage = await clients.client.readContract({
    address: contracts.registry,
    abi: modelRegistryAbi,
    functionName: "ancestorsOf",
    args: [DEMO],
  });
  const twin = new Splitter((model) =>
    model === DEMO ? lineage.map((a) => ({ model: a.model, ppm: BigInt(a.ppm) })) : [],
  );
  const before = await clients.client.readContract({
    address: contracts.splitter,
    abi: revenueSplitterAbi,
    functionName: "potOf",
    args: [DEMO, dollar],
  });
  twin.pay(DEMO, dollar, before.gross);
  const twinBefore = twin.potOf(DEMO, dollar).own;
  await send(approveCall(dollar, contracts.splitter, SEAT.priceDollars));
  const bought = await send(
    buyCall(contracts.licences, await order(SEAT.kind, dollar, SEAT.priceDollars)),
  );
  twin.pay(DEMO, dollar, SEAT.priceDollars);
  const receipt = await receiptOf(bought.transactionHash);
  expect(receipt.entries[0].split.parts[0].received?.units).toBe(
    String(twin.potOf(DEMO, dollar).own - twinBefore),
  );
});

test("a licence that may change hands does, and its later renewal names its holder", async () => {
  await send(buyCall(contracts.licences, await order(SEAT.kind, zeroAddress, SEAT.priceWei)));
  const licence = await newest();
  const state = await readState();
  const mine = state.licences.get(licence);
  if (mine === undefined) throw new Error("the licence is known");
  expect(transferBar(state, mine, await chainNow())).toBeNull();
  expect(refundOf(state, mine, 0n)).toMatchObject({ open: false });
  await send(transferCall(contracts.licences, buyer.address, friend, licence));
  const renewed = await send(
    renewCall(contracts.licences, {
      licence,
      token: zeroAddress,
      maxPrice: SEAT.priceWei,
      termsHash: await termsHash(SEAT.kind),
    }),
    friend,
  );
  const receipt = await receiptOf(renewed.transactionHash);
  expect(receipt.entries[0]).toMatchObject({ recipient: getAddress(friend), payer: friend });
});

test("what bought nothing is told apart", async () => {
  const state = async (hash: Hash) => (await readReceipt(source, hash)).state;
  expect(await state(zeroHash)).toBe("unknown");
  const approved = await send(approveCall(dollar, contracts.splitter, 0n));
  expect(await state(approved.transactionHash)).toBe("other");
  const call = buyCall(contracts.licences, await order(COMMERCIAL.kind, zeroAddress, 1n));
  const hash = await clients.wallet.sendTransaction({
    account: buyer.address,
    to: call.to,
    data: call.data,
    value: call.value,
    gas: 500_000n,
  });
  await clients.client.waitForTransactionReceipt({ hash });
  expect(await state(hash)).toBe("reverted");
  await rpc(chain.url, "evm_setAutomine", [false]);
  const waiting = await clients.wallet.sendTransaction({
    account: buyer.address,
    to: friend,
    value: 1n,
  });
  expect(await state(waiting)).toBe("pending");
  await rpc(chain.url, "evm_setAutomine", [true]);
  await rpc(chain.url, "evm_mine", []);
});
