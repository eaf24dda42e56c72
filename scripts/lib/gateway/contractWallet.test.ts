import { encodeDeployData, encodeFunctionData, getAddress } from "viem";
import type { Abi, Address, Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cachedReader } from "@/permission/cachedReader.ts";
import { digestOf } from "@/permission/signature.ts";
import { decodeToken } from "@/permission/token.ts";
import { compileContract } from "../chain/testing/compile.mjs";
import { sendLocal } from "../chain/sender.mjs";
import { startGateway, type Gateway } from "./startGateway.ts";
import { Caller } from "./testing/caller.ts";
import { configOf } from "./testing/config.ts";
import { startEcho } from "./testing/echoServer.ts";
import { DEPOSIT, openMarket, type Market } from "./testing/market.ts";
import { viemReader } from "./viemReader.ts";

const PRICE = 1_000n;
const stranger = privateKeyToAccount(generatePrivateKey());
let market: Market;
let echo: Awaited<ReturnType<typeof startEcho>>;
let gateway: Gateway;
let code: { abi: Abi; bytecode: Hex };

beforeAll(async () => {
  code = compileContract("contracts/test/support/ContractWallet.sol", "ContractWallet");
  market = await openMarket();
  echo = await startEcho();
  gateway = await startGateway(configOf(market, echo.url), market.hostKey);
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  await echo?.stop();
  await market?.close();
});

/** A wallet whose owner is the buyer's key. */
async function deployWallet(): Promise<Address> {
  const { address } = market.buyer;
  const data = encodeDeployData({ ...code, args: [address] });
  const { contractAddress } = await sendLocal(market.clients, address, { data });
  return getAddress(contractAddress ?? "0x");
}

const tell = (wallet: Address, functionName: string, args: unknown[], value?: bigint) =>
  market.act(wallet, encodeFunctionData({ abi: code.abi, functionName, args }), value);

/** A seat and a channel that the wallet holds, and a permission that its owner signed. */
async function holdBy(wallet: Address) {
  const licence = await market.buySeat(wallet);
  const opening = [market.contracts.channel, DEPOSIT, market.openingData(licence)];
  await tell(wallet, "execute", opening, DEPOSIT);
  return market.permit(licence, { holder: wallet });
}

async function call(by: Caller, text: string): Promise<string> {
  let voucher = "";
  try {
    voucher = await by.voucher(await by.position(gateway.url), PRICE, text);
  } catch {
    // The permission is refused already; the call says why.
  }
  const response = await by.chat(gateway.url, text, voucher);
  const { error, choices } = await response.json();
  return `${response.status} ${error?.code ?? choices[0].message.content}`;
}

test("what the owner of a contract wallet signs is served, put on the chain and settled", async () => {
  const wallet = await deployWallet();
  const held = await holdBy(wallet);
  const caller = new Caller(held, market.domain);
  expect(await call(caller, "hello")).toBe("200 echo hello");
  expect(await market.channelOf(held.licence)).toMatchObject({
    holder: wallet,
    sessionKey: held.session.address,
  });
  expect(await call(caller, "again")).toBe("200 echo again");
});

test("another key than the owner's is refused, before and after the session began", async () => {
  const wallet = await deployWallet();
  const held = await holdBy(wallet);
  const forged = await market.sign(held.permission, stranger);
  expect(await call(new Caller({ ...held, text: forged }, market.domain), "hello")).toBe(
    "401 permission-forged",
  );
  expect(await call(new Caller(held, market.domain), "hello")).toBe("200 echo hello");
  expect(await call(new Caller({ ...held, text: forged }, market.domain), "more")).toBe(
    "401 permission-forged",
  );
});

test("a wallet that changed its owner takes its permission back", async () => {
  const wallet = await deployWallet();
  const held = await holdBy(wallet);
  const caller = new Caller(held, market.domain);
  expect(await call(caller, "hello")).toBe("200 echo hello");
  await tell(wallet, "setOwner", [stranger.address]);
  expect(await call(caller, "more")).toBe("401 permission-forged");
});

test("what no wallet should answer, and an account without code, count as no", async () => {
  const wallet = await deployWallet();
  const held = await holdBy(wallet);
  await tell(wallet, "setShort", [true]);
  expect(await call(new Caller(held, market.domain), "hello")).toBe("401 permission-forged");
  await tell(wallet, "setShort", [false]);
  expect(await call(new Caller(held, market.domain), "hello")).toBe("200 echo hello");
  const nobody = await market.sign({ ...held.permission, holder: stranger.address });
  expect(await call(new Caller({ ...held, text: nobody }, market.domain), "hello")).toBe(
    "401 permission-forged",
  );
});

test("an answer holds for the cache's time and no longer", async () => {
  const wallet = await deployWallet();
  const { permission, text } = await holdBy(wallet);
  const { signature } = decodeToken("Permission", text);
  const digest = digestOf("Permission", permission, market.domain);
  let now = 1_000;
  const reader = cachedReader(viemReader(market.clients.client, market.contracts), {
    ttlSeconds: 12,
    mode: "strict",
    staleSeconds: 600,
    now: () => now,
  });
  const ask = () => reader.isValidSignature(wallet, digest, signature);
  expect(await ask()).toBe(true);
  await tell(wallet, "setOwner", [stranger.address]);
  now += 12;
  expect(await ask()).toBe(true);
  now += 1;
  expect(await ask()).toBe(false);
});
