import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import {
  encodeFunctionData,
  parseEther,
  zeroAddress,
  zeroHash,
  type Address,
  type Hex,
} from "viem";
import {
  generatePrivateKey,
  mnemonicToAccount,
  privateKeyToAccount,
  type PrivateKeyAccount,
} from "viem/accounts";
import { chainAddressesSchema, type ChainAddresses } from "@/chain/addresses/schema.ts";
import { licenceTokenAbi } from "@/chain/generated/licenceToken.ts";
import { usageChannelAbi } from "@/chain/generated/usageChannel.ts";
import { TEST_PHRASE } from "@/chain/market/demoCast.ts";
import { typedDataOf } from "@/permission/signature.ts";
import { decodeToken, encodeToken, type SigningDomain } from "@/permission/token.ts";
import type { Permission } from "@/permission/types.ts";
import { fillDemoMarket } from "../../chain/demoMarket.mjs";
import { openLocalChain } from "../../chain/localChain.mjs";
import { rpc } from "../../chain/rpc.mjs";
import { localClients, sendLocal } from "../../chain/sender.mjs";

export const MODEL = 4n;
const SEAT = 3;
const BUYER = 10;
const HOST = 7;
const SEAT_PRICE = 20_000_000_000_000_000n;

/** Sum that each channel of a test holds. */
export const DEPOSIT = parseEther("0.01");

const accountOf = (addressIndex: number) => mnemonicToAccount(TEST_PHRASE, { addressIndex });

/** A licence with a channel to the host, and a session key that nothing on the chain knows yet. */
export interface Holding {
  readonly licence: bigint;
  readonly session: PrivateKeyAccount;
  readonly permission: Permission;
  readonly text: string;
}

/** The local chain with the demo market, in a folder of its own. */
export async function openMarket() {
  const folder = mkdtempSync(join(tmpdir(), "signet-gateway-"));
  const chain = await openLocalChain({ folder, port: 0, fill: fillDemoMarket });
  const file: unknown = JSON.parse(readFileSync(chain.marketFile, "utf8"));
  const { addresses } = v.parse(v.object({ addresses: chainAddressesSchema }), file);
  return new Market(folder, chain, addresses);
}

export class Market {
  readonly folder: string;
  readonly url: string;
  readonly contracts: ChainAddresses["contracts"];
  readonly domain: SigningDomain;
  readonly clients: ReturnType<typeof localClients>;
  readonly buyer = accountOf(BUYER);
  readonly host = accountOf(HOST);
  readonly #stop: () => Promise<void>;

  constructor(
    folder: string,
    chain: { url: string; stop: () => Promise<void> },
    book: ChainAddresses,
  ) {
    this.folder = folder;
    this.url = chain.url;
    this.#stop = chain.stop;
    this.contracts = book.contracts;
    this.clients = localClients(chain.url);
    this.domain = { chainId: book.chainId, verifyingContract: book.contracts.channel };
  }

  get hostKey(): Hex {
    const { privateKey } = this.host.getHdKey();
    if (privateKey === null) throw new Error("The test phrase gave no key");
    return `0x${Buffer.from(privateKey).toString("hex")}`;
  }

  async close(): Promise<void> {
    await this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async now(): Promise<bigint> {
    return (await this.clients.client.getBlock()).timestamp;
  }

  async mineAfter(seconds: number): Promise<void> {
    await rpc(this.url, "evm_increaseTime", [seconds]);
    await rpc(this.url, "evm_mine");
  }

  act(to: Address, data: Hex, value?: bigint, from: Address = this.buyer.address) {
    return sendLocal(this.clients, from, { to, data, value });
  }

  /** Buys a seat, opens a channel to the host and signs a permission. */
  async hold(changed: Partial<Permission> = {}, deposit = DEPOSIT): Promise<Holding> {
    const licence = await this.buySeat();
    await this.open(licence, deposit);
    return this.permit(licence, changed);
  }

  /** Opens a channel to the host. */
  async open(licence: bigint, deposit = DEPOSIT): Promise<void> {
    await this.act(this.contracts.channel, this.openingData(licence, deposit), deposit);
  }

  /** The call that opens a channel to the host. */
  openingData(licence: bigint, deposit = DEPOSIT): Hex {
    const args = [licence, this.host.address, zeroAddress, deposit, 1_000n, 900] as const;
    return encodeFunctionData({ abi: usageChannelAbi, functionName: "open", args });
  }

  /** Signs a permission for a session key made now. */
  async permit(licence: bigint, changed: Partial<Permission> = {}): Promise<Holding> {
    const { client } = this.clients;
    const { channel } = this.contracts;
    const session = privateKeyToAccount(generatePrivateKey());
    const now = await this.now();
    const nonce = await client.readContract({
      address: channel,
      abi: usageChannelAbi,
      functionName: "nonceOf",
      args: [licence, this.host.address],
    });
    const permission: Permission = {
      licence,
      holder: this.buyer.address,
      sessionKey: session.address,
      host: this.host.address,
      notBefore: now - 60n,
      expires: now + 86_400n,
      maxCalls: 1_000n,
      maxAmount: DEPOSIT,
      termsHash: await this.#termsHash(),
      policyHash: zeroHash,
      nonce,
      ...changed,
    };
    return { licence, session, permission, text: await this.sign(permission) };
  }

  async sign(
    permission: Permission,
    by: Pick<PrivateKeyAccount, "signTypedData"> = this.buyer,
    domain = this.domain,
  ): Promise<string> {
    const signature = await by.signTypedData(typedDataOf("Permission", permission, domain));
    return encodeToken("Permission", { domain, message: permission, signature });
  }

  channelOf(licence: bigint) {
    return this.clients.client.readContract({
      address: this.contracts.channel,
      abi: usageChannelAbi,
      functionName: "channelOf",
      args: [licence, this.host.address],
    });
  }

  async call(functionName: "requestClose" | "revoke" | "finalizeClose", licence: bigint) {
    const args = [licence, this.host.address] as const;
    const data = encodeFunctionData({ abi: usageChannelAbi, functionName, args });
    await this.act(this.contracts.channel, data);
  }

  /** Sends a close that the host signed. */
  async closeAtOnce(token: string): Promise<void> {
    const { message, signature } = decodeToken("CoopClose", token);
    const args = [message, signature] as const;
    const data = encodeFunctionData({ abi: usageChannelAbi, functionName: "coopClose", args });
    await this.act(this.contracts.channel, data);
  }

  /** What all settlements of a licence came to. */
  async lastSettled(licence: bigint): Promise<{ settled: bigint; settledCalls: bigint }> {
    const events = await this.clients.client.getContractEvents({
      address: this.contracts.channel,
      abi: usageChannelAbi,
      eventName: "Settled",
      args: { licence },
      fromBlock: 0n,
      strict: true,
    });
    const sum = (part: "amount" | "calls") =>
      events.reduce((total, { args }) => total + args[part], 0n);
    return { settled: sum("amount"), settledCalls: sum("calls") };
  }

  #termsHash(): Promise<Hex> {
    return this.clients.client.readContract({
      address: this.contracts.licences,
      abi: licenceTokenAbi,
      functionName: "termsHashOf",
      args: [MODEL, SEAT],
    });
  }

  /** Buys a seat, for another account too. */
  async buySeat(to: Address = this.buyer.address): Promise<bigint> {
    const order = {
      model: MODEL,
      kind: SEAT,
      to,
      token: zeroAddress,
      maxPrice: SEAT_PRICE,
      termsHash: await this.#termsHash(),
    };
    const call = {
      address: this.contracts.licences,
      abi: licenceTokenAbi,
      functionName: "buy",
      args: [order],
      value: SEAT_PRICE,
      account: this.buyer.address,
    } as const;
    const { result } = await this.clients.client.simulateContract(call);
    const data = encodeFunctionData({ abi: licenceTokenAbi, functionName: "buy", args: [order] });
    await this.act(this.contracts.licences, data, SEAT_PRICE);
    return result;
  }
}
