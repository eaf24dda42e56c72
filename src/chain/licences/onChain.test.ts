import { encodeFunctionData, getAddress, parseSignature, zeroAddress, zeroHash } from "viem";
import type { Address, Hash } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Splitter } from "../accounting/splitter.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { testDollarAbi } from "../generated/testDollar.ts";
import { TEST_PHRASE } from "../market/demoCast.ts";
import { DEMO_KINDS } from "../market/demoKinds.ts";
import { buyer, DEMO, openTestMarket, type TestMarket } from "./fixtures/testMarket.ts";
import {
  approveCall,
  buyCall,
  buyWithPermitCall,
  refundCall,
  renewCall,
  transferCall,
  withdrawCall,
} from "./order.ts";
import { isDomainOf, permitDigest, permitTypedData } from "./permit.ts";
import { readPermitTerms } from "./readPermit.ts";
import { readReceipt } from "./readReceipt.ts";
import { refundOf, renewalOf, standingOf, transferBar } from "./rules.ts";
import { termsHashOf } from "./terms.ts";

const [EVALUATION, COMMERCIAL, SEAT] = DEMO_KINDS;
const friend = mnemonicToAccount(TEST_PHRASE, { addressIndex: 5 }).address;

let market: TestMarket;

beforeAll(async () => {
  market = await openTestMarket();
}, 120_000);

afterAll(() => market.close(), 60_000);

describe("permit", () => {
  test("is signed under the token's own domain, with its own digest", async () => {
    const terms = await readPermitTerms(market.client, 31_337, market.dollar, buyer.address);
    if (terms === null) throw new Error("the test market.dollar has a permit");
    const read = { address: market.dollar, abi: testDollarAbi } as const;
    const separator = await market.client.readContract({
      ...read,
      functionName: "DOMAIN_SEPARATOR",
    });
    expect(isDomainOf(terms.domain, separator)).toBe(true);
    const permit = {
      owner: buyer.address,
      spender: market.contracts.splitter,
      value: 7n,
      deadline: (await market.now()) + 600n,
    };
    const signature = await buyer.signTypedData(permitTypedData(terms, permit));
    // The token recovers the signer from the digest that it works out itself.
    const { r, s, yParity } = parseSignature(signature);
    await market.client.simulateContract({
      ...read,
      account: friend,
      functionName: "permit",
      args: [permit.owner, permit.spender, 7n, permit.deadline, 27 + yParity, r, s],
    });
    expect(await buyer.sign({ hash: permitDigest(terms, permit) })).toBe(signature);
  });

  test("a token without one, or of another network, has none", async () => {
    const ask = (chainId: number, token: Address) =>
      readPermitTerms(market.client, chainId, token, buyer.address);
    // A token by its name, but without permits.
    expect(await ask(31_337, market.contracts.licences)).toBeNull();
    expect(await ask(1, market.dollar)).toBeNull();
    // What is no token at all is not a token without permits.
    await expect(ask(31_337, market.contracts.registry)).rejects.toThrow();
  });
});

test("terms are hashed as the licence token hashes them", async () => {
  for (const { kind } of DEMO_KINDS) {
    const terms = await market.client.readContract({
      address: market.contracts.licences,
      abi: licenceTokenAbi,
      functionName: "kindOf",
      args: [DEMO, kind, 1],
    });
    expect(termsHashOf(terms)).toBe(await market.termsHash(kind));
  }
});

test("a purchase by permit leaves no allowance, and its receipt says who got what", async () => {
  const wanted = await market.order(SEAT.kind, market.dollar, SEAT.priceDollars);
  const terms = await readPermitTerms(market.client, 31_337, market.dollar, buyer.address);
  if (terms === null) throw new Error("the test market.dollar has a permit");
  const deadline = (await market.now()) + 600n;
  const permit = {
    owner: buyer.address,
    spender: market.contracts.splitter,
    value: wanted.maxPrice,
    deadline,
  };
  const signature = await buyer.signTypedData(permitTypedData(terms, permit));
  const before = await market.ownOf(market.dollar);
  const sent = await market.send(
    buyWithPermitCall(market.contracts.licences, wanted, deadline, signature),
  );
  const after = await market.ownOf(market.dollar);
  expect(await market.allowance()).toBe(0n);

  const receipt = await market.receiptOf(sent.transactionHash);
  const { timestamp } = await market.client.getBlock({ blockNumber: sent.blockNumber });
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
        licence: String(await market.newest()),
        model: { id: "4" },
        offer: { label: "seat", version: 1, termsHash: wanted.termsHash },
        buyer: buyer.address,
        payer: buyer.address,
        payee: market.contracts.splitter,
        recipient: buyer.address,
        paid: { token: market.dollar, symbol: "tUSD", units: "60000000", amount: "60" },
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
  const wanted = await market.order(EVALUATION.kind, zeroAddress, EVALUATION.priceWei);
  const bought = await market.send(buyCall(market.contracts.licences, wanted));
  const licence = await market.newest();
  const receipt = await market.receiptOf(bought.transactionHash);
  const until = (await market.now()) + BigInt(EVALUATION.refundWindowS);
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

  const state = await market.readState();
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

  const returned = await market.send(refundCall(market.contracts.licences, licence));
  const back = await market.receiptOf(returned.transactionHash);
  expect(back.entries).toMatchObject([
    {
      kind: "refund",
      licence: String(licence),
      offer: { label: "evaluation" },
      payer: market.contracts.splitter,
      recipient: buyer.address,
      paid: { units: String(EVALUATION.priceWei) },
      expires: null,
      split: { state: "returned", parts: [] },
      boughtIn: bought.transactionHash,
    },
  ]);
  const have = await market.client.getBalance({ address: buyer.address });
  const paid = await market.send(
    withdrawCall(market.contracts.splitter, buyer.address, zeroAddress),
  );
  expect(await market.client.getBalance({ address: buyer.address })).toBe(
    have + EVALUATION.priceWei - paid.gasUsed * paid.effectiveGasPrice,
  );
  const later = await market.readState();
  const gone = later.licences.get(licence);
  if (gone === undefined) throw new Error("a returned licence stays known");
  expect(standingOf(gone, 0n)).toBe("returned");
  expect(gone.history.map(({ what }) => what)).toEqual(["bought", "refunded"]);
  expect(gone.history[1].at.transaction).toBe(returned.transactionHash);
});

test("a renewal by exact allowance ends as foreseen, and releases what was held", async () => {
  await market.send(
    buyCall(
      market.contracts.licences,
      await market.order(EVALUATION.kind, zeroAddress, EVALUATION.priceWei),
    ),
  );
  const licence = await market.newest();
  const state = await market.readState();
  const mine = state.licences.get(licence);
  if (mine === undefined) throw new Error("the licence is known");
  const foreseen = renewalOf(state, mine, await market.now());
  if (!foreseen.open) throw new Error(foreseen.reason);
  expect(foreseen.endsRefund).toBe(true);
  expect(foreseen.prices).toContainEqual({ token: market.dollar, price: EVALUATION.priceDollars });

  const price = EVALUATION.priceDollars;
  const renewal = {
    licence,
    token: market.dollar,
    maxPrice: price,
    termsHash: foreseen.terms.termsHash,
  };
  await market.send(approveCall(market.dollar, market.contracts.splitter, price));
  expect(await market.allowance()).toBe(price);
  const [coinBefore, dollarBefore] = [
    await market.ownOf(zeroAddress),
    await market.ownOf(market.dollar),
  ];
  const renewed = await market.send(renewCall(market.contracts.licences, renewal));
  const dollarAfter = await market.ownOf(market.dollar);
  expect(await market.allowance()).toBe(0n);

  const after = await market.readState();
  expect(after.licences.get(licence)).toMatchObject({
    expires: foreseen.expires,
    quota: foreseen.quota,
    escrow: null,
  });
  const receipt = await market.receiptOf(renewed.transactionHash);
  expect(receipt.entries).toMatchObject([
    {
      kind: "renewal",
      model: { id: "4" },
      payer: buyer.address,
      recipient: buyer.address,
      paid: { token: market.dollar, units: String(price) },
      expires: { unixSeconds: String(foreseen.expires) },
      released: { token: zeroAddress, units: String(EVALUATION.priceWei) },
      split: { state: "split" },
    },
  ]);
  const own = receipt.entries[0].split.parts.find(({ model }) => model.id === "4");
  expect(BigInt(own?.received?.units ?? -1)).toBe(
    (dollarAfter.get("4") ?? 0n) - (dollarBefore.get("4") ?? 0n),
  );
  expect((await market.ownOf(zeroAddress)).get("4")).toBeGreaterThan(coinBefore.get("4") ?? 0n);
  expect(refundOf(after, after.licences.get(licence) ?? mine, await market.now())).toEqual({
    open: false,
    reason: "It was renewed, and a renewal is final.",
  });
});

test("the split agrees with the twin of the splitter from nothing on", async () => {
  const lineage = await market.client.readContract({
    address: market.contracts.registry,
    abi: modelRegistryAbi,
    functionName: "ancestorsOf",
    args: [DEMO],
  });
  const twin = new Splitter((model) =>
    model === DEMO ? lineage.map((a) => ({ model: a.model, ppm: BigInt(a.ppm) })) : [],
  );
  const before = await market.client.readContract({
    address: market.contracts.splitter,
    abi: revenueSplitterAbi,
    functionName: "potOf",
    args: [DEMO, market.dollar],
  });
  twin.pay(DEMO, market.dollar, before.gross);
  const twinBefore = twin.potOf(DEMO, market.dollar).own;
  await market.send(approveCall(market.dollar, market.contracts.splitter, SEAT.priceDollars));
  const bought = await market.send(
    buyCall(
      market.contracts.licences,
      await market.order(SEAT.kind, market.dollar, SEAT.priceDollars),
    ),
  );
  twin.pay(DEMO, market.dollar, SEAT.priceDollars);
  const receipt = await market.receiptOf(bought.transactionHash);
  expect(receipt.entries[0].split.parts[0].received?.units).toBe(
    String(twin.potOf(DEMO, market.dollar).own - twinBefore),
  );
});

test("a licence that may change hands does, and its later renewal names its holder", async () => {
  await market.send(
    buyCall(market.contracts.licences, await market.order(SEAT.kind, zeroAddress, SEAT.priceWei)),
  );
  const licence = await market.newest();
  const state = await market.readState();
  const mine = state.licences.get(licence);
  if (mine === undefined) throw new Error("the licence is known");
  expect(transferBar(state, mine, await market.now())).toBeNull();
  expect(refundOf(state, mine, 0n)).toMatchObject({ open: false });
  await market.send(transferCall(market.contracts.licences, buyer.address, friend, licence));
  const renewed = await market.send(
    renewCall(market.contracts.licences, {
      licence,
      token: zeroAddress,
      maxPrice: SEAT.priceWei,
      termsHash: await market.termsHash(SEAT.kind),
    }),
    friend,
  );
  const receipt = await market.receiptOf(renewed.transactionHash);
  expect(receipt.entries[0]).toMatchObject({ recipient: getAddress(friend), payer: friend });
});

test("given up or expired, it is renewed from then on, as the chain does", async () => {
  await market.send(
    buyCall(market.contracts.licences, await market.order(SEAT.kind, zeroAddress, SEAT.priceWei)),
  );
  const licence = await market.newest();
  const known = async () => {
    const state = await market.readState();
    const found = state.licences.get(licence);
    if (found === undefined) throw new Error("the licence is known");
    return { state, found };
  };
  const cancel = encodeFunctionData({
    abi: licenceTokenAbi,
    functionName: "cancelSubscription",
    args: [licence],
  });
  await market.send({ to: market.contracts.licences, data: cancel, value: 0n });
  const given = await known();
  const soon = (await market.now()) + 1_000n;
  expect(standingOf(given.found, soon)).toBe("given up");
  expect(transferBar(given.state, given.found, soon)).toContain("no longer in force");
  const renewal = {
    licence,
    token: zeroAddress,
    maxPrice: SEAT.priceWei,
    termsHash: await market.termsHash(SEAT.kind),
  };
  const renewAt = async (time: bigint) => {
    const { state, found } = await known();
    const foreseen = renewalOf(state, found, time);
    if (!foreseen.open) throw new Error(foreseen.reason);
    await market.ask("evm_setNextBlockTimestamp", [Number(time)]);
    await market.send(renewCall(market.contracts.licences, renewal));
    const after = await known();
    expect(after.found).toMatchObject({ expires: foreseen.expires, quota: foreseen.quota });
    return after;
  };
  const again = await renewAt(soon);
  expect(again.found.expires).toBe(soon + BigInt(SEAT.durationS));
  expect(standingOf(again.found, soon)).toBe("in force");
  // Before its end from its end, after it from then.
  expect((await renewAt(soon + 10n)).found.expires).toBe(soon + 2n * BigInt(SEAT.durationS));
  const late = soon + 3n * BigInt(SEAT.durationS);
  expect((await renewAt(late)).found.expires).toBe(late + BigInt(SEAT.durationS));
});

test("what bought nothing is told apart", async () => {
  const state = async (hash: Hash) => (await readReceipt(market.source, hash)).state;
  expect(await state(zeroHash)).toBe("unknown");
  const approved = await market.send(approveCall(market.dollar, market.contracts.splitter, 0n));
  expect(await state(approved.transactionHash)).toBe("other");
  const call = buyCall(
    market.contracts.licences,
    await market.order(COMMERCIAL.kind, zeroAddress, 1n),
  );
  const hash = await market.clients.wallet.sendTransaction({
    account: buyer.address,
    to: call.to,
    data: call.data,
    value: call.value,
    gas: 500_000n,
  });
  await market.client.waitForTransactionReceipt({ hash });
  expect(await state(hash)).toBe("reverted");
  await market.ask("evm_setAutomine", [false]);
  const waiting = await market.clients.wallet.sendTransaction({
    account: buyer.address,
    to: friend,
    value: 1n,
  });
  expect(await state(waiting)).toBe("pending");
  await market.ask("evm_setAutomine", [true]);
  await market.ask("evm_mine", []);
});
