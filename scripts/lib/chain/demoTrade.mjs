// @ts-check
import { encodeFunctionData, keccak256, parseEther, parseSignature, stringToHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { NATIVE } from "./demoModels.mjs";

/** @typedef {import("./demoMarket.mjs").Stage} Stage */
/** @typedef {import("./demoModels.mjs").MarketModel} MarketModel */

const HOST = 7;
const PROVER = 8;
const COIN_BUYER = 10;
const DOLLAR_BUYER = 11;
const HOST_URL = "http://127.0.0.1:8799";

/**
 * Purchases in every way there is, a channel with one settled voucher, a host with collateral, a
 * staked prover and a bounty: enough for every screen to have something true to show.
 *
 * @param {Stage} stage
 * @param {readonly MarketModel[]} models
 */
export async function addDemoTrade(stage, models) {
  const demo = models.find(({ key }) => key === "demo");
  const parent = models.find(({ key }) => key === "taleInstruct");
  if (demo === undefined || parent === undefined) throw new Error("The market lacks its models");
  const [evaluation, commercial, seat] = stage.code.DEMO_KINDS;
  await buy(stage, COIN_BUYER, demo.id, commercial, NATIVE);
  await buy(stage, COIN_BUYER, demo.id, seat, NATIVE);
  await buy(
    stage,
    COIN_BUYER,
    parent.id,
    { ...evaluation, priceWei: 0n, priceDollars: 0n },
    NATIVE,
  );
  await approveDollars(stage, DOLLAR_BUYER, seat.priceDollars);
  await buy(stage, DOLLAR_BUYER, demo.id, seat, stage.testDollar);
  await buyWithPermit(stage, DOLLAR_BUYER, demo.id, evaluation);
  await openChannel(stage, COIN_BUYER, 2n);

  const { abi } = stage.code.ARTEFACTS.ProverNetwork;
  const { provers } = stage.addresses.contracts;
  const hostId = keccak256(stringToHex(HOST_URL));
  const model = BigInt(demo.id);
  const data = {
    register: encodeFunctionData({ abi, functionName: "registerHost", args: [hostId] }),
    stake: encodeFunctionData({ abi, functionName: "stake" }),
    bounty: encodeFunctionData({ abi, functionName: "fundBounty", args: [model] }),
  };
  await stage.act(HOST, provers, data.register, parseEther("5"));
  await stage.act(PROVER, provers, data.stake, parseEther("1"));
  await stage.act(demo.owner, provers, data.bounty, parseEther("2"));
  return { host: { address: stage.who(HOST), url: HOST_URL, id: hostId } };
}

/** @typedef {import("../../../src/chain/market/demoKinds.ts").DemoKind} DemoKind */

/**
 * @param {Stage} stage
 * @param {number} buyer
 * @param {number} id
 * @param {DemoKind} offer
 * @param {import("./plan.mjs").Hex} token
 */
async function orderOf({ code, clients, addresses, who }, buyer, id, offer, token) {
  const model = BigInt(id);
  const termsHash = await clients.client.readContract({
    address: addresses.contracts.licences,
    abi: code.ARTEFACTS.LicenceToken.abi,
    functionName: "termsHashOf",
    args: [model, offer.kind],
  });
  const maxPrice = token === NATIVE ? offer.priceWei : offer.priceDollars;
  return { model, kind: offer.kind, to: who(buyer), token, maxPrice, termsHash };
}

/**
 * @param {Stage} stage
 * @param {number} buyer
 * @param {number} id
 * @param {DemoKind} offer
 * @param {import("./plan.mjs").Hex} token
 */
async function buy(stage, buyer, id, offer, token) {
  const order = await orderOf(stage, buyer, id, offer, token);
  const data = encodeFunctionData({
    abi: stage.code.ARTEFACTS.LicenceToken.abi,
    functionName: "buy",
    args: [order],
  });
  const value = token === NATIVE ? order.maxPrice : 0n;
  await stage.act(buyer, stage.addresses.contracts.licences, data, value);
}

/** @param {Stage} stage @param {number} buyer @param {bigint} amount */
async function approveDollars({ code, addresses, testDollar, act }, buyer, amount) {
  const { abi } = code.ARTEFACTS.TestDollar;
  const args = /** @type {const} */ ([addresses.contracts.splitter, amount]);
  await act(buyer, testDollar, encodeFunctionData({ abi, functionName: "approve", args }));
}

/** @param {Stage} stage @param {number} index */
const account = ({ code }, index) => mnemonicToAccount(code.TEST_PHRASE, { addressIndex: index });

/** @param {Stage} stage @param {number} buyer @param {number} id @param {DemoKind} offer */
async function buyWithPermit(stage, buyer, id, offer) {
  const { code, clients, addresses, testDollar, act } = stage;
  const order = await orderOf(stage, buyer, id, offer, testDollar);
  const { timestamp } = await clients.client.getBlock();
  const deadline = timestamp + 3_600n;
  const owner = account(stage, buyer);
  const signature = await owner.signTypedData({
    domain: {
      name: "Test Dollar (worthless)",
      version: "1",
      chainId: addresses.chainId,
      verifyingContract: testDollar,
    },
    types: {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "Permit",
    message: {
      owner: owner.address,
      spender: addresses.contracts.splitter,
      value: order.maxPrice,
      nonce: 0n,
      deadline,
    },
  });
  const { r, s, yParity } = parseSignature(signature);
  const data = encodeFunctionData({
    abi: code.ARTEFACTS.LicenceToken.abi,
    functionName: "buyWithPermit",
    args: [order, deadline, 27 + yParity, r, s],
  });
  await act(buyer, addresses.contracts.licences, data);
}

/**
 * Opens a channel to the host, lets a session key sign a voucher for 25 calls, and settles it.
 *
 * @param {Stage} stage
 * @param {number} buyer
 * @param {bigint} licence one of the buyer's own
 */
async function openChannel(stage, buyer, licence) {
  const { code, clients, addresses, who, act } = stage;
  const { abi } = code.ARTEFACTS.UsageChannel;
  const { channel } = addresses.contracts;
  const deposit = parseEther("0.05");
  const host = who(HOST);
  const opening = /** @type {const} */ ([licence, host, NATIVE, deposit, 1_000n, 3_600]);
  const open = encodeFunctionData({ abi, functionName: "open", args: opening });
  await act(buyer, channel, open, deposit);

  const session = account(stage, 20);
  const holder = account(stage, buyer);
  const { timestamp } = await clients.client.getBlock();
  const { model, kind } = await clients.client.readContract({
    address: addresses.contracts.licences,
    abi: code.ARTEFACTS.LicenceToken.abi,
    functionName: "licenceOf",
    args: [licence],
  });
  const termsHash = await clients.client.readContract({
    address: addresses.contracts.licences,
    abi: code.ARTEFACTS.LicenceToken.abi,
    functionName: "termsHashOf",
    args: [model, kind],
  });
  const permission = {
    licence,
    holder: holder.address,
    sessionKey: session.address,
    host,
    notBefore: timestamp,
    expires: timestamp + 7n * 86_400n,
    maxCalls: 500n,
    maxAmount: deposit,
    termsHash,
    policyHash: code.textHash("The demo host serves whoever has a licence."),
    nonce: 0n,
  };
  const domain = code.channelDomain(addresses.chainId, channel);
  const types = code.channelTypes;
  const permitted = await holder.signTypedData({
    domain,
    types,
    primaryType: "Permission",
    message: permission,
  });
  const activation = /** @type {const} */ ([permission, permitted]);
  const activate = encodeFunctionData({ abi, functionName: "activate", args: activation });
  await act(buyer, channel, activate);

  const voucher = {
    licence,
    host,
    cumulativeCalls: 25n,
    cumulativeAmount: parseEther("0.0025"),
    lastInputHash: code.textHash("Once upon a time"),
  };
  const vouched = await session.signTypedData({
    domain,
    types,
    primaryType: "Voucher",
    message: voucher,
  });
  const settlement = /** @type {const} */ ([voucher, vouched]);
  const settle = encodeFunctionData({ abi, functionName: "settle", args: settlement });
  await act(HOST, channel, settle);
}
