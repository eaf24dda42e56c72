import { encodeFunctionData, zeroAddress, type Address, type Hex, type PublicClient } from "viem";
import type { Ancestor } from "../../src/chain/accounting/lineage.ts";
import { Splitter } from "../../src/chain/accounting/splitter.ts";
import type { ChainAddresses } from "../../src/chain/addresses/schema.ts";
import { licenceTokenAbi } from "../../src/chain/generated/licenceToken.ts";
import { modelRegistryAbi } from "../../src/chain/generated/modelRegistry.ts";
import { modelSharesAbi } from "../../src/chain/generated/modelShares.ts";
import { revenueSplitterAbi } from "../../src/chain/generated/revenueSplitter.ts";
import { testDollarAbi } from "../../src/chain/generated/testDollar.ts";
import { CAST } from "../../src/chain/market/demoCast.ts";
import { actAs, chainClient, queueAs, type Call } from "./actAs.ts";
import { addressOf, GUARDIAN, IVAN, JUNE } from "./cast.ts";
import type { TestChain } from "./chain.ts";
import { marketAddresses } from "./marketFile.ts";

export const COIN = zeroAddress;

/**
 * Acts on the demo market from Node, and keeps the splitter's TypeScript twin beside it, which has
 * everything that was paid, transferred and claimed since the beginning.
 */
export class MarketTwin {
  readonly twin: Splitter;
  readonly dollar: Address;
  readonly client: PublicClient;
  readonly contracts: ChainAddresses["contracts"];
  private readonly chain: TestChain;

  private constructor(
    chain: TestChain,
    twin: Splitter,
    client: PublicClient,
    { contracts, tokens: [dollar] }: ChainAddresses,
  ) {
    this.chain = chain;
    this.twin = twin;
    this.client = client;
    this.contracts = contracts;
    this.dollar = dollar;
  }

  static async open(chain: TestChain): Promise<MarketTwin> {
    const client = chainClient(chain);
    const addresses = await marketAddresses(chain);
    const { contracts } = addresses;
    const splitter = { address: contracts.splitter, abi: revenueSplitterAbi } as const;
    const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
    const lineages = new Map<bigint, readonly Ancestor[]>();
    const count = await client.readContract({ ...registry, functionName: "modelCount" });
    const twin = new Splitter((model) => lineages.get(model) ?? []);
    for (let model = 1n; model <= count; model++) {
      const args = [model] as const;
      const lineage = await client.readContract({ ...registry, functionName: "ancestorsOf", args });
      lineages.set(
        model,
        lineage.map((ancestor) => ({ model: ancestor.model, ppm: BigInt(ancestor.ppm) })),
      );
      const token = await client.readContract({ ...splitter, functionName: "sharesOf", args });
      const moves = await client.getContractEvents({
        address: token,
        abi: modelSharesAbi,
        eventName: "Transfer",
        fromBlock: 0n,
        strict: true,
      });
      const holdings = moves.map(({ args: { to, value } }) => ({ holder: to, amount: value }));
      twin.openShares(model, holdings);
    }
    const paid = await client.getContractEvents({
      ...splitter,
      eventName: "Revenue",
      fromBlock: 0n,
      strict: true,
    });
    for (const { args } of paid) twin.pay(args.model, args.token, args.amount);
    return new MarketTwin(chain, twin, client, addresses);
  }

  /** Numbers of all models, oldest first. */
  async models(): Promise<bigint[]> {
    const count = await this.client.readContract({
      address: this.contracts.registry,
      abi: modelRegistryAbi,
      functionName: "modelCount",
    });
    return Array.from({ length: Number(count) }, (_, i) => BigInt(i + 1));
  }

  /** Buys a seat of the demo model, which is paid at once. */
  async buySeat(buyer = IVAN): Promise<void> {
    const { licences } = this.contracts;
    const [model, kind, price] = [4n, 3, 20_000_000_000_000_000n];
    const termsHash = await this.client.readContract({
      address: licences,
      abi: licenceTokenAbi,
      functionName: "termsHashOf",
      args: [model, kind],
    });
    const to = addressOf(buyer);
    const order = { model, kind, to, token: COIN, maxPrice: price, termsHash };
    const data = encodeFunctionData({ abi: licenceTokenAbi, functionName: "buy", args: [order] });
    await actAs(this.chain, buyer, { to: licences, data, value: price });
    this.twin.pay(model, COIN, price);
  }

  /** Gives test dollars to the demo model. */
  async giveDollars(amount: bigint, giver = JUNE): Promise<void> {
    const { splitter } = this.contracts;
    const approval = encodeFunctionData({
      abi: testDollarAbi,
      functionName: "approve",
      args: [splitter, amount],
    });
    await actAs(this.chain, giver, { to: this.dollar, data: approval });
    const gift = encodeFunctionData({
      abi: revenueSplitterAbi,
      functionName: "give",
      args: [4n, this.dollar, amount],
    });
    await actAs(this.chain, giver, { to: splitter, data: gift });
    this.twin.pay(4n, this.dollar, amount);
  }

  /** Claims for somebody, as anyone may. */
  async claimFor(holder: Address): Promise<void> {
    await actAs(this.chain, GUARDIAN, this.claimCall(holder));
  }

  /** The same for the block that the test makes next. @param tip wei for a unit of gas */
  queueClaimFor(holder: Address, tip: bigint): Promise<Hex> {
    return queueAs(this.chain, GUARDIAN, this.claimCall(holder), tip);
  }

  coinOf(holder: Address): Promise<bigint> {
    return this.client.getBalance({ address: holder });
  }

  dollarsOf(holder: Address): Promise<bigint> {
    const read = { address: this.dollar, abi: testDollarAbi } as const;
    return this.client.readContract({ ...read, functionName: "balanceOf", args: [holder] });
  }

  /** What a transaction cost its sender, in wei. */
  async feeOf(hash: Hex): Promise<bigint> {
    const { gasUsed, effectiveGasPrice } = await this.client.getTransactionReceipt({ hash });
    return gasUsed * effectiveGasPrice;
  }

  /** Whatever the contract owes somebody of the cast otherwise than the twin does; empty when they agree. */
  async differences(): Promise<string[]> {
    const splitter = { address: this.contracts.splitter, abi: revenueSplitterAbi } as const;
    const found: string[] = [];
    for (const model of await this.models()) {
      for (const token of [COIN, this.dollar]) {
        for (const { index, name } of CAST) {
          const args = [model, token, addressOf(index)] as const;
          const owed = await this.client.readContract({
            ...splitter,
            functionName: "claimable",
            args,
          });
          const expected = this.twin.claimable(...args);
          if (owed !== expected) found.push(`${name}, model ${model}: ${owed} for ${expected}`);
        }
      }
    }
    return found;
  }

  private claimCall(holder: Address): Call {
    this.twin.claim(4n, COIN, holder);
    const data = encodeFunctionData({
      abi: revenueSplitterAbi,
      functionName: "claim",
      args: [4n, COIN, holder],
    });
    return { to: this.contracts.splitter, data };
  }
}
