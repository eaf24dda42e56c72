import { expect } from "@playwright/test";
import type { Address, Hex, PublicClient } from "viem";

/** What each account must have of the coin: what it began with, what it paid and got, and its fees. */
export class WalletBooks {
  private readonly client: PublicClient;
  private readonly expected: Map<Address, bigint>;
  private readonly charged = new Set<Hex>();

  private constructor(client: PublicClient, expected: Map<Address, bigint>) {
    this.client = client;
    this.expected = expected;
  }

  static async open(client: PublicClient, accounts: readonly Address[]): Promise<WalletBooks> {
    const expected = new Map<Address, bigint>();
    for (const address of accounts) expected.set(address, await client.getBalance({ address }));
    return new WalletBooks(client, expected);
  }

  /** @param amount in wei; negative for what the account pays */
  add(account: Address, amount: bigint): void {
    this.expected.set(account, (this.expected.get(account) ?? 0n) + amount);
  }

  /**
   * Takes the fee of each transaction off its sender once, then compares every account to the wei.
   * @param sent hashes of everything sent so far
   */
  async agree(sent: readonly Hex[]): Promise<void> {
    for (const hash of sent.filter((one) => !this.charged.has(one))) {
      const receipt = await this.client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
      this.charged.add(hash);
      const sender = [...this.expected.keys()].find(
        (account) => account.toLowerCase() === receipt.from.toLowerCase(),
      );
      if (sender !== undefined) this.add(sender, -receipt.gasUsed * receipt.effectiveGasPrice);
    }
    for (const [address, amount] of this.expected) {
      expect(await this.client.getBalance({ address }), address).toBe(amount);
    }
  }
}
