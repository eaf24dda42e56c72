import type { Address, Hex } from "viem";
import type { CachedReader } from "@/permission/cachedReader.ts";
import type { ChainReader, ChannelFacts } from "@/permission/chainReader.ts";
import { owed } from "@/permission/ledger.ts";
import { Refusal } from "@/permission/refusal.ts";
import type { Token } from "@/permission/token.ts";
import type { Permission, Voucher } from "@/permission/types.ts";
import { chooseVoucher } from "./chooseVoucher.ts";
import type { Desk } from "./desk.ts";
import type { CallRow, Store } from "./store.ts";

/** Sends from the host's key and waits for the block. */
export interface ChannelWriter {
  activate(permission: Permission, signature: Hex): Promise<Hex>;
  settleBatch(vouchers: readonly Voucher[], signatures: readonly Hex[]): Promise<Hex>;
}

export interface SettlerOptions {
  readonly store: Store;
  readonly chain: ChainReader;
  readonly cached: CachedReader;
  readonly host: Address;
  readonly writer: ChannelWriter;
  readonly desk: () => Desk;
  /** Most vouchers in one transaction. */
  readonly batchSize: number;
  readonly nowSeconds: () => number;
  readonly log: (line: string) => void;
}

interface Due {
  readonly row: CallRow;
  readonly channel: ChannelFacts;
}

/** Brings vouchers to the chain: in batches, and at once where a close or a session's end is near. */
export class Settler {
  readonly #options: SettlerOptions;
  #queue: Promise<unknown> = Promise.resolve();
  lastError: string | null = null;
  settledVouchers = 0;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Settles all that is owed on every channel. */
  settleAll(): Promise<number> {
    return this.#inTurn(async () => this.#settle(await this.#due(() => true, false)));
  }

  /** Settles for the last time what a close or a session's end would make worthless. */
  settleEnding(): Promise<number> {
    return this.#inTurn(async () =>
      this.#settle(await this.#due((facts) => this.#ends(facts), true)),
    );
  }

  /** Puts a permission on the chain, after settling what the session before it still owes. */
  activate(permission: Token<"Permission">): Promise<void> {
    return this.#inTurn(async () => {
      const { licence } = permission.message;
      const due = await this.#due(() => true, true, licence);
      const isSettled = (await this.#settle(due)) === due.length;
      // A new session makes the old one's vouchers worthless, so that it has to wait for them.
      if (!isSettled && due.some(({ channel }) => this.#canSettle(channel))) {
        throw new Refusal("chain-unavailable", { details: "the last session is not settled" });
      }
      try {
        await this.#options.writer.activate(permission.message, permission.signature);
      } catch (cause) {
        const facts = await this.#options.chain.factsOf(licence, this.#options.host);
        // Someone else was faster, which is as good.
        if (facts.nonce === permission.message.nonce + 1n) return;
        this.#options.log(`activate: licence ${licence}: ${nameOf(cause)}`);
        throw new Refusal("permission-revoked", { cause, details: nameOf(cause) });
      }
    });
  }

  /** What is owed on all channels and not settled, in the token's smallest unit. */
  unsettledAmount(): bigint {
    let sum = 0n;
    for (const [licence, { openedAt }] of this.#options.desk().ledgers()) {
      for (const { cost } of this.#options.store.unsettled(licence, openedAt)) sum += cost;
    }
    return sum;
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #ends({ closesAt, sessionExpires }: ChannelFacts): boolean {
    return closesAt !== 0n || BigInt(Math.floor(this.#options.nowSeconds())) >= sessionExpires;
  }

  #canSettle({ closesAt, sessionExpires, withdrawDelay }: ChannelFacts): boolean {
    const now = BigInt(Math.floor(this.#options.nowSeconds()));
    return now < sessionExpires + BigInt(withdrawDelay) && (closesAt === 0n || now < closesAt);
  }

  async #due(
    wanted: (facts: ChannelFacts) => boolean,
    isLast: boolean,
    only: bigint | null = null,
  ): Promise<Due[]> {
    const { store, chain, host, desk } = this.#options;
    const due: Due[] = [];
    for (const [licence, ledger] of desk().ledgers()) {
      if (only !== null && licence !== only) continue;
      const rows = store.unsettled(licence, ledger.openedAt);
      if (rows.length === 0) continue;
      const { channel } = await chain.factsOf(licence, host);
      // Vouchers of an opening that is over are worth nothing any more.
      if (channel?.openedAt !== ledger.openedAt || !wanted(channel)) continue;
      const settled = { calls: channel.settledCalls, amount: channel.settled };
      store.markSettled(licence, ledger.openedAt, settled.calls, settled.amount);
      const row = chooseVoucher(rows, owed(ledger), settled, isLast || this.#ends(channel));
      if (row !== null) due.push({ row, channel });
    }
    return due;
  }

  /** @returns how many vouchers were settled */
  async #settle(due: readonly Due[]): Promise<number> {
    const { batchSize } = this.#options;
    const sorted = due.toSorted((a, b) => (a.channel.model < b.channel.model ? -1 : 1));
    let count = 0;
    for (let at = 0; at < sorted.length; at += batchSize) {
      count += await this.#settleBatch(sorted.slice(at, at + batchSize));
    }
    return count;
  }

  async #settleBatch(batch: readonly Due[]): Promise<number> {
    const { writer, store, cached, host, log } = this.#options;
    const vouchers = batch.map(({ row }) => row.voucher);
    const signatures = batch.map(({ row }) => row.signature);
    try {
      const hash = await writer.settleBatch(vouchers, signatures);
      log(`settled ${batch.length} channel(s) in ${hash}`);
    } catch (error) {
      this.lastError = nameOf(error);
      log(`settlement of ${batch.length} channel(s) failed: ${this.lastError}`);
      if (batch.length === 1) return 0;
      // One that the contract refuses must not hold up the others.
      let count = 0;
      for (const one of batch) count += await this.#settleBatch([one]);
      return count;
    }
    for (const { row } of batch) {
      const { cumulativeCalls, cumulativeAmount } = row.voucher;
      store.markSettled(row.licence, row.openedAt, cumulativeCalls, cumulativeAmount);
      cached.forget(row.licence, host);
    }
    this.settledVouchers += batch.length;
    this.lastError = null;
    return batch.length;
  }
}

/** The contract's own error, or the first line of any other; neither holds a key. */
function nameOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const named = /Error: (\w+)\(/.exec(text);
  return named?.[1] ?? text.split("\n", 1)[0] ?? "unknown";
}
