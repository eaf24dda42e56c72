import { keccak256, parseEventLogs, stringToHex, type Address, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ARTEFACTS } from "../../market/artefacts.ts";
import { channelDomain, channelTypes } from "@/permission/types.ts";
import type { Settlement } from "../channel.ts";
import type { Action } from "./actions.ts";
import type { Books } from "./books.ts";
import type { ChainWorld, Outcome } from "./chainWorld.ts";

/** A pair of licence and host that a trace has opened at least once. */
export interface TracePair {
  licence: bigint;
  host: Address;
  token: 0 | 1;
  /** Number of the session key that signs now; 0 when there is none. */
  session: number;
  closing: boolean;
}

const LOCAL_CHAIN = 31_337;
const HOUR_S = 3_600n;
const DAY_S = 86_400n;

/** The steps of usage channels: each once on the chain and once on the twin. */
export class ChannelSteps {
  pairs: TracePair[] = [];
  /** What all settlements of the twin moved. */
  settled = 0n;
  readonly #world: ChainWorld;
  readonly #books: Books;
  #sessions = 0;

  constructor(world: ChainWorld, books: Books) {
    this.#world = world;
    this.#books = books;
  }

  async open(action: Action, licence: bigint): Promise<void> {
    const host = this.#account(action.whom);
    const { holder } = this.#books.licences.get(licence);
    const { amount } = action;
    const token = this.#world.tokens[action.token];
    // All calls, some, or more than a quota of 500 has.
    const calls = action.thousandths % 3 === 0 ? 0n : BigInt(action.thousandths);
    const withdrawDelay = 900n + (BigInt(action.what) % 5n) * HOUR_S;
    const args = [licence, host, token, amount, calls, withdrawDelay];
    const value = action.token === 0 ? amount : 0n;
    const outcome = await this.#send(holder, "open", args, value);
    const done = this.#books.same("openChannel", outcome, () =>
      this.#books.channels.open(
        { licence, host, token, amount, calls, withdrawDelay },
        holder,
        outcome.time,
      ),
    );
    if (done === null) return;
    const known = this.pairs.find((pair) => pair.licence === licence && pair.host === host);
    const fresh = { licence, host, token: action.token, session: 0, closing: false };
    if (known) Object.assign(known, fresh);
    else this.pairs.push(fresh);
  }

  async topUp(action: Action): Promise<void> {
    const pair = this.#pair(action, ({ closing }) => !closing);
    if (!pair) return;
    const { licence, host, token } = pair;
    const { amount } = action;
    const from = this.#account(action.who);
    const value = token === 0 ? amount : 0n;
    const outcome = await this.#send(from, "topUp", [licence, host, amount], value);
    this.#books.same("topUp", outcome, () => this.#books.channels.topUp(licence, host, amount));
  }

  /** A permission for a fresh key or for the one there is, sent by the host or by anyone. */
  async activate(action: Action, now: bigint): Promise<void> {
    const pair = this.#pair(action, ({ closing }) => !closing);
    if (!pair) return;
    const { licence, host } = pair;
    const { holder, termsHash } = this.#books.licences.get(licence);
    const number =
      action.thousandths % 2 === 0 && pair.session > 0 ? pair.session : ++this.#sessions;
    const { deposit } = this.#books.channels.sumsOf(licence, host);
    const permission = {
      licence,
      holder,
      sessionKey: sessionKey(number).address,
      host,
      notBefore: now - HOUR_S,
      expires: now + BigInt(action.what % 60) * DAY_S,
      maxCalls: BigInt(action.whom % 900) * 4n,
      maxAmount: deposit + (action.thousandths % 5 === 0 ? -1n : action.amount),
      termsHash,
      policyHash: termsHash,
      nonce: this.#books.channels.nonceOf(licence, host),
    };
    if (permission.maxAmount < 0n) return;
    const signer = this.#world.accounts.find(({ address }) => address === holder);
    if (!signer) return;
    const signature = await signer.signTypedData({
      domain: this.#domain(),
      types: channelTypes,
      primaryType: "Permission",
      message: permission,
    });
    const from = action.who % 3 === 0 ? host : this.#account(action.who);
    const outcome = await this.#send(from, "activate", [permission, signature]);
    const done = this.#books.same("activate", outcome, () =>
      this.#books.channels.activate(permission, holder, from, outcome.time),
    );
    if (done !== null) pair.session = number;
  }

  async settle(action: Action): Promise<void> {
    const pair = this.#pair(action, ({ session }) => session > 0);
    if (!pair) return;
    const { voucher, signature, signer } = await this.#voucher(pair, action);
    const from = this.#account(action.who);
    const outcome = await this.#send(from, "settle", [voucher, signature]);
    const done = this.#books.same("settle", outcome, () =>
      this.#books.channels.settle(voucher, signer, outcome.time),
    );
    if (done !== null) this.#compareSettlements(outcome, [done.value]);
  }

  /** Settles a voucher of every pair; what the chain takes as a whole the twin must take one by one. */
  async settleBatch(action: Action): Promise<void> {
    if (this.pairs.length === 0) return;
    const signed = await Promise.all(this.pairs.map((pair) => this.#voucher(pair, action)));
    const { channels } = this.#books;
    const open = signed.filter(({ voucher }) => {
      const { settled, deposit } = channels.sumsOf(voucher.licence, voucher.host);
      return deposit > settled && voucher.cumulativeAmount <= deposit;
    });
    const args = [open.map((one) => one.voucher), open.map((one) => one.signature)];
    const outcome = await this.#send(this.#account(action.who), "settleBatch", args);
    // One that fails undoes all, which the twin, that has no transactions, cannot.
    if (!outcome.ok) return;
    const done = this.#books.same("settleBatch", outcome, () =>
      open.map(({ voucher, signer }) => channels.settle(voucher, signer, outcome.time)),
    );
    if (done !== null) this.#compareSettlements(outcome, done.value);
  }

  async requestClose(action: Action): Promise<void> {
    const pair = this.#pair(action, ({ closing }) => !closing);
    if (!pair) return;
    const { licence, host } = pair;
    const from = this.#holderOr(action, licence);
    const isRevocation = action.thousandths % 4 === 0;
    const name = isRevocation ? "revoke" : "requestClose";
    const outcome = await this.#send(from, name, [licence, host]);
    const done = this.#books.same("requestClose", outcome, () => {
      const { channels } = this.#books;
      if (isRevocation) channels.revoke(licence, host, from, outcome.time);
      else channels.requestClose(licence, host, from, outcome.time);
    });
    if (done !== null) pair.closing = true;
  }

  async finalizeClose(action: Action): Promise<void> {
    const pair = this.#pair(action, ({ closing }) => closing);
    if (!pair) return;
    const { licence, host } = pair;
    const from = this.#account(action.who);
    const outcome = await this.#send(from, "finalizeClose", [licence, host]);
    const done = this.#books.same("finalizeClose", outcome, () =>
      this.#books.channels.finalizeClose(licence, host, outcome.time),
    );
    if (done !== null) compareReturned(outcome, done.value);
  }

  async coopClose(action: Action): Promise<void> {
    const pair = this.#pair(action);
    if (!pair) return;
    const { licence, host } = pair;
    const { voucher } = await this.#voucher(pair, action);
    const { cumulativeCalls, cumulativeAmount } = voucher;
    const nonce = this.#books.channels.nonceOf(licence, host);
    const close = { licence, host, cumulativeCalls, cumulativeAmount, nonce };
    const signer = this.#world.accounts.find(({ address }) => address === host);
    if (!signer) return;
    const signature = await signer.signTypedData({
      domain: this.#domain(),
      types: channelTypes,
      primaryType: "CoopClose",
      message: close,
    });
    const from = this.#holderOr(action, licence);
    const outcome = await this.#send(from, "coopClose", [close, signature]);
    const before = this.#books.channels.sumsOf(licence, host).settled;
    const done = this.#books.same("coopClose", outcome, () =>
      this.#books.channels.coopClose(close, host, from),
    );
    if (done === null) return;
    this.settled += cumulativeAmount - before;
    compareReturned(outcome, done.value);
  }

  #compareSettlements(outcome: Outcome, twin: readonly Settlement[]): void {
    const events = parseEventLogs({
      abi: ARTEFACTS.UsageChannel.abi,
      logs: [...outcome.logs],
      eventName: "Settled",
    });
    const chain = events.map(({ args }) => `${args.calls} calls for ${args.amount}`);
    const expected = twin.map(({ calls, amount }) => `${calls} calls for ${amount}`);
    if (chain.join() !== expected.join()) {
      throw new Error(`The chain settles ${chain.join()}, the twin ${expected.join()}`);
    }
    for (const { amount } of twin) this.settled += amount;
  }

  /** Higher sums than before, at times above the deposit or by a key that may not sign. */
  async #voucher(pair: TracePair, action: Action) {
    const { licence, host } = pair;
    const { deposit, settled, calls } = this.#books.channels.sumsOf(licence, host);
    const voucher = {
      licence,
      host,
      cumulativeCalls: calls + BigInt(action.what % 5),
      cumulativeAmount: settled + ((deposit - settled) * BigInt(action.thousandths)) / 1_000n,
      lastInputHash: keccak256(stringToHex(String(action.what))),
    };
    const signer = sessionKey(action.whom % 9 === 0 ? 999_999 : pair.session);
    const signature: Hex = await signer.signTypedData({
      domain: this.#domain(),
      types: channelTypes,
      primaryType: "Voucher",
      message: voucher,
    });
    return { voucher, signature, signer: signer.address };
  }

  #domain() {
    return channelDomain(LOCAL_CHAIN, this.#world.contracts.channel);
  }

  /** Mostly a pair that is open and fit, at times any. */
  #pair(action: Action, fit: (pair: TracePair) => boolean = () => true): TracePair | undefined {
    const { channels } = this.#books;
    const useful = this.pairs.filter(
      (pair) => channels.sumsOf(pair.licence, pair.host).deposit > 0n && fit(pair),
    );
    const from = useful.length > 0 && action.thousandths % 6 !== 0 ? useful : this.pairs;
    return from[action.what % from.length];
  }

  #account(number: number): Address {
    return this.#world.accounts[number % this.#world.accounts.length].address;
  }

  /** Mostly who may, at times a stranger. */
  #holderOr(action: Action, licence: bigint): Address {
    if (action.whom % 7 === 0) return this.#account(action.who);
    return this.#books.licences.get(licence).holder;
  }

  #send(from: Address, name: string, args: readonly unknown[], value = 0n): Promise<Outcome> {
    const { channel } = this.#world.contracts;
    return this.#world.send(from, "UsageChannel", channel, name, args, value);
  }
}

function sessionKey(number: number) {
  return privateKeyToAccount(keccak256(stringToHex(`session ${number}`)));
}

function compareReturned(outcome: Outcome, twin: bigint): void {
  const [event] = parseEventLogs({
    abi: ARTEFACTS.UsageChannel.abi,
    logs: [...outcome.logs],
    eventName: "ChannelClosed",
  });
  if (event.args.returned !== twin) {
    throw new Error(`The chain returns ${event.args.returned}, the twin ${twin}`);
  }
}
