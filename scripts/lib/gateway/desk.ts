import type { Address, Hex } from "viem";
import type { CachedReader } from "@/permission/cachedReader.ts";
import type { AgedFacts, ChannelFacts } from "@/permission/chainReader.ts";
import {
  admit,
  committed,
  leastAmount,
  newLedger,
  nextCall,
  owed,
  reduceLedger,
  type Ledger,
} from "@/permission/ledger.ts";
import { refuse } from "@/permission/refusal.ts";
import type { ChannelState, HostTerms } from "@/permission/terms.ts";
import type { SigningDomain, Token } from "@/permission/token.ts";
import { checkFacts, type Standing } from "@/permission/verify.ts";
import type { Store } from "./store.ts";

/** A call that was let in. Exactly one of `fail` or `deliver` follows, and `finish` after `deliver`. */
export interface Admitted {
  readonly licence: bigint;
  readonly number: bigint;
  readonly inputHash: Hex;
  readonly most: bigint;
  fail(): void;
  /** Puts voucher and debt on the disc; with a receipt the call is over. */
  deliver(cost: bigint, receipt: string | null): void;
  finish(cost: bigint, receipt: string): void;
}

/** Where a holder stands. */
export interface Account {
  readonly facts: AgedFacts["facts"];
  readonly channel: ChannelFacts;
  readonly standing: Standing;
  readonly isStale: boolean;
}

export interface DeskOptions {
  readonly store: Store;
  readonly reader: CachedReader;
  readonly terms: HostTerms;
  readonly domain: SigningDomain;
  readonly offlineRiskCap: bigint;
  readonly nowSeconds: () => number;
  /** Puts a permission on the chain; settles what an earlier session owes first. */
  readonly activate: (permission: Token<"Permission">) => Promise<void>;
}

/** Lets calls in, and keeps the books of each channel in memory as they are on the disc. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #ledgers = new Map<bigint, Ledger>();
  /** Permissions on their way to the chain, by licence. */
  readonly #activations = new Map<bigint, { signature: Hex; done: Promise<void> }>();

  constructor(options: DeskOptions) {
    this.#options = options;
    for (const { licence, openedAt } of options.store.openings()) {
      const known = this.#ledgers.get(licence);
      if (!known || known.openedAt < openedAt)
        this.#ledgers.set(licence, this.#load(licence, openedAt));
    }
  }

  get host(): Address {
    return this.#options.terms.host;
  }

  /** Calls under way. */
  openCalls(): number {
    let count = 0;
    for (const { open } of this.#ledgers.values()) count += open.length;
    return count;
  }

  ledger(licence: bigint): Ledger | null {
    return this.#ledgers.get(licence) ?? null;
  }

  ledgers(): ReadonlyMap<bigint, Ledger> {
    return this.#ledgers;
  }

  /** Reads the chain and holds the permission against it. @throws Refusal */
  async account(permission: Token<"Permission">): Promise<Account> {
    const { reader, terms, nowSeconds, store } = this.#options;
    const { licence } = permission.message;
    const { facts, isStale } = await reader.factsOf(licence, terms.host);
    const context = { nowSeconds: nowSeconds(), model: terms.model, token: terms.token };
    const { channel, standing } = checkFacts(permission.message, facts, context);
    this.#read(licence, channel);
    if (store.opening(licence, channel.openedAt)?.closingNonce === facts.nonce) {
      refuse("channel-closing", "the host signed a close at once");
    }
    return { facts, channel, standing, isStale };
  }

  /** What the client needs to sign the next voucher. */
  stateOf(licence: bigint, channel: ChannelFacts, most: bigint | null): ChannelState | null {
    const ledger = this.#ledgers.get(licence);
    if (!ledger) return null;
    return {
      licence,
      nextCall: nextCall(ledger),
      chargedCumulativeAmount: committed(ledger),
      signedMaxClaimable: ledger.signed,
      balance: channel.deposit,
      totalClaimed: channel.settled,
      leastAmount: most === null ? null : leastAmount(ledger, most, this.#options.terms.riskCap),
    };
  }

  /** Lets a call in, after putting the permission on the chain when that is still to do. @throws Refusal */
  async admit(
    permission: Token<"Permission">,
    voucher: Token<"Voucher">,
    inputHash: Hex,
    most: bigint,
  ): Promise<Admitted> {
    const { licence } = permission.message;
    let account = await this.account(permission);
    if (account.standing === "activatable") {
      const { open } = this.#check(account, permission, voucher, inputHash, most);
      // A new session makes the vouchers of calls under way worthless.
      if (open.length > 0) refuse("session-busy");
      await this.#activateOnce(permission);
      account = await this.account(permission);
      if (account.standing !== "active") refuse("permission-revoked");
    }
    // From here to `begin` nothing waits, so that no other call takes the same number.
    if (this.#activations.has(licence)) refuse("session-busy");
    const ledger = this.#check(account, permission, voucher, inputHash, most);
    const number = voucher.message.cumulativeCalls;
    const { message, signature } = voucher;
    const begin = { type: "begin", voucher: message, signature, reserved: most } as const;
    this.#ledgers.set(licence, reduceLedger(ledger, begin));
    return this.#admitted(licence, ledger.openedAt, voucher, inputHash, most, number);
  }

  /** Ends serving an opening on what is charged now. @returns the sums to sign */
  beginClose(licence: bigint, account: Account): { calls: bigint; amount: bigint } {
    const { store } = this.#options;
    const ledger = this.#ledgers.get(licence);
    if (!ledger || ledger.open.length > 0) refuse("channel-closing", "calls are under way");
    store.setClosing(licence, ledger.openedAt, account.facts.nonce);
    const { settled, settledCalls } = account.channel;
    return {
      calls: ledger.calls > settledCalls ? ledger.calls : settledCalls,
      amount: owed(ledger) > settled ? owed(ledger) : settled,
    };
  }

  #check(
    { channel, standing, isStale }: Account,
    permission: Token<"Permission">,
    voucher: Token<"Voucher">,
    inputHash: Hex,
    most: bigint,
  ): Ledger {
    const { terms, offlineRiskCap } = this.#options;
    const { licence } = permission.message;
    const ledger = this.#ledgers.get(licence) ?? newLedger(channel);
    const ask = { voucher: voucher.message, inputHash, most };
    admit(ledger, ask, {
      permission: permission.message,
      channel,
      isSessionNew: standing === "activatable",
      riskCap: terms.riskCap,
      offlineRiskCap: isStale ? offlineRiskCap : null,
    });
    return ledger;
  }

  #admitted(
    licence: bigint,
    openedAt: bigint,
    { message: voucher, signature }: Token<"Voucher">,
    inputHash: Hex,
    most: bigint,
    number: bigint,
  ): Admitted {
    const { store } = this.#options;
    const change = (event: Parameters<typeof reduceLedger>[1]) => {
      const ledger = this.#ledgers.get(licence);
      // The pair may have been closed and opened again while an answer was on its way.
      if (ledger?.openedAt === openedAt) this.#ledgers.set(licence, reduceLedger(ledger, event));
    };
    return {
      licence,
      number,
      inputHash,
      most,
      fail: () => change({ type: "fail", number }),
      deliver: (cost, receipt) => {
        store.addCall({ licence, openedAt, voucher, signature, cost, receipt }, receipt !== null);
        change({ type: "deliver", number, cost });
        if (receipt !== null) change({ type: "finish", number, cost });
      },
      finish: (cost, receipt) => {
        store.finishCall({ licence, openedAt, number }, cost, receipt);
        change({ type: "finish", number, cost });
      },
    };
  }

  #activateOnce(permission: Token<"Permission">): Promise<void> {
    const { licence } = permission.message;
    const { signature } = permission;
    const running = this.#activations.get(licence);
    if (running?.signature === signature) return running.done;
    if (running !== undefined) refuse("session-busy");
    const { activate, reader, terms } = this.#options;
    const done = activate(permission).finally(() => {
      reader.forget(licence, terms.host);
      this.#activations.delete(licence);
    });
    this.#activations.set(licence, { signature, done });
    return done;
  }

  #read(licence: bigint, channel: ChannelFacts): void {
    const { store } = this.#options;
    const known = this.#ledgers.get(licence);
    if (!known || known.openedAt < channel.openedAt) {
      const { openedAt, settledCalls, settled } = channel;
      store.addOpening(licence, openedAt, settledCalls, settled);
      this.#ledgers.set(licence, newLedger(channel));
      return;
    }
    this.#ledgers.set(licence, reduceLedger(known, { type: "read", channel }));
  }

  #load(licence: bigint, openedAt: bigint): Ledger {
    const { store } = this.#options;
    const base = store.opening(licence, openedAt);
    const ledger = newLedger({
      openedAt,
      settledCalls: base?.baseCalls ?? 0n,
      settled: base?.baseAmount ?? 0n,
    });
    return store.calls(licence, openedAt).reduce(
      (sum, { voucher, cost }) => ({
        ...sum,
        calls: voucher.cumulativeCalls > sum.calls ? voucher.cumulativeCalls : sum.calls,
        charged: sum.charged + cost,
        signed: voucher.cumulativeAmount > sum.signed ? voucher.cumulativeAmount : sum.signed,
      }),
      ledger,
    );
  }
}
