import { parseEventLogs, type Address, type Log } from "viem";
import { ARTEFACTS } from "../../market/artefacts.ts";
import { UNLIMITED } from "../channel.ts";
import type { Action } from "./actions.ts";
import { Books } from "./books.ts";
import { chainFigures, twinFigures, type Figures, type Scope } from "./chainFigures.ts";
import type { ChainWorld } from "./chainWorld.ts";
import { ChannelSteps } from "./channelSteps.ts";
import { KIND_DURATION_S, KIND_QUOTA, type TraceKind, type TraceMarket } from "./marketSetup.ts";

const DAY_S = 86_400n;
const FOR_EVER = 2n ** 64n - 1n;

/**
 * Executes the same steps on a chain and on the TypeScript twins. The twins outlive a trace, as the
 * chain does, so that accounts carry what earlier traces left them.
 */
export class Replay {
  readonly world: ChainWorld;
  readonly books: Books;
  readonly #claimed = new Map<string, bigint>();
  #market: TraceMarket = { models: [], kinds: [] };
  #channels: ChannelSteps;
  /** Licences of this trace. */
  #licences: bigint[] = [];

  constructor(world: ChainWorld) {
    this.world = world;
    this.books = new Books(world.contracts);
    this.#channels = new ChannelSteps(world, this.books);
  }

  /** Begins a trace on models of its own. */
  begin(market: TraceMarket): void {
    this.#market = market;
    this.#channels = new ChannelSteps(this.world, this.books);
    this.#licences = [];
    for (const { id, lineage, holdings } of market.models) {
      this.books.lineages.set(id, lineage);
      this.books.splitter.openShares(id, holdings);
    }
  }

  /** All figures of both sides, and what their events add up to. */
  async figures(): Promise<{ chain: Figures; twin: Figures }> {
    const { licences, channel, provers } = this.world.contracts;
    const scope: Scope = {
      models: this.#market.models,
      accounts: this.world.accounts.map(({ address }) => address),
      tokens: this.world.tokens,
      modules: [licences, channel, provers],
      pairs: this.#channels.pairs,
    };
    const chain = await chainFigures(this.world, scope);
    const twin = twinFigures(this.books, scope);
    const { sums } = this.books;
    for (const token of scope.tokens) {
      for (const { id } of scope.models) {
        const key = `${id} ${token}`;
        chain[`paid by events ${key}`] = sums.revenue.get(key) ?? 0n;
        twin[`paid by events ${key}`] = twin[`gross ${key}`];
        chain[`claimed by events ${key}`] = sums.claimed.get(key) ?? 0n;
        twin[`claimed by events ${key}`] = this.#claimed.get(key) ?? 0n;
      }
      for (const account of scope.accounts) {
        const key = `${account} ${token}`;
        chain[`credit by events ${key}`] = sums.credit.get(key) ?? 0n;
        twin[`credit by events ${key}`] = twin[`credit ${key}`];
      }
    }
    return { chain, twin };
  }

  /** @throws Error when one side accepts what the other refuses, or pays another amount */
  async step(action: Action): Promise<void> {
    const channels = this.#channels;
    switch (action.operation) {
      case "gift":
        return this.#gift(action);
      case "buy":
        return this.#buy(action, false);
      case "buyReturnable":
        return this.#buy(action, true);
      case "releaseEscrow":
        return this.#endEscrow(action, "releaseEscrow");
      case "refund":
        return this.#endEscrow(action, "refund");
      case "transferShares":
        return this.#transfer(action);
      case "issueShares":
        return this.#issue(action);
      case "claim":
        return this.#claim(action);
      case "claimMany":
        return this.#claimMany(action);
      case "withdraw":
        return this.#withdraw(action);
      case "advance":
        return this.world.advance(secondsOf(action));
      case "donate":
        return this.#donate(action);
      case "sweep":
        return this.#sweep(action);
      case "openChannel":
        if (this.#licences.length === 0) return undefined;
        return channels.open(action, this.#licences[action.who % this.#licences.length]);
      case "topUp":
        return channels.topUp(action);
      case "activate":
        return channels.activate(action, this.world.time);
      case "settle":
        return channels.settle(action);
      case "settleBatch":
        return channels.settleBatch(action);
      case "requestClose":
        return channels.requestClose(action);
      case "finalizeClose":
        return channels.finalizeClose(action);
      default:
        return channels.coopClose(action);
    }
  }

  #account(number: number): Address {
    return this.world.accounts[number % this.world.accounts.length].address;
  }

  #model(action: Action) {
    return this.#market.models[action.what % this.#market.models.length];
  }

  #kind(action: Action, returnable: boolean): TraceKind {
    const kinds = this.#market.kinds.filter(
      ({ refundWindowS }) => refundWindowS > 0n === returnable,
    );
    return kinds[action.what % kinds.length];
  }

  #splitterCall(from: Address, name: string, args: readonly unknown[], value = 0n) {
    const { splitter } = this.world.contracts;
    return this.world.send(from, "RevenueSplitter", splitter, name, args, value);
  }

  async #gift(action: Action): Promise<void> {
    const { id } = this.#model(action);
    const token = this.world.tokens[action.token];
    const { amount } = action;
    const value = action.token === 0 ? amount : 0n;
    const outcome = await this.#splitterCall(
      this.#account(action.who),
      "give",
      [id, token, amount],
      value,
    );
    this.books.same(action.operation, outcome, () => this.books.splitter.pay(id, token, amount));
  }

  async #buy(action: Action, returnable: boolean): Promise<void> {
    const offer = this.#kind(action, returnable);
    const { model, kind, termsHash, prices, refundWindowS, hostPpm } = offer;
    const { splitter, licences: book } = this.books;
    const token = this.world.tokens[action.token];
    const amount = prices[action.token];
    const holder = this.#account(action.who);
    const order = { model, kind, to: holder, token, maxPrice: amount, termsHash };
    const { licences } = this.world.contracts;
    const value = action.token === 0 ? amount : 0n;
    const outcome = await this.world.send(holder, "LicenceToken", licences, "buy", [order], value);
    const done = this.books.same(action.operation, outcome, () => {
      if (returnable) splitter.deposit(licences, token, amount);
      else splitter.pay(model, token, amount);
    });
    if (done === null) return;
    const id = boughtLicence(outcome.logs);
    const until = outcome.time + refundWindowS;
    book.add({
      id,
      model,
      holder,
      hostPpm,
      termsHash,
      expires: returnable ? outcome.time + KIND_DURATION_S : FOR_EVER,
      quota: returnable ? KIND_QUOTA : UNLIMITED,
      escrow: returnable ? { token, amount, until } : null,
    });
    this.#licences.push(id);
  }

  async #endEscrow(action: Action, name: "releaseEscrow" | "refund"): Promise<void> {
    const { licences: book } = this.books;
    const able = book.returnable.filter(({ id }) => this.#licences.includes(id));
    if (able.length === 0) return;
    // Of the last ones, whose window may still be open, and of the first ones.
    const newest = name === "refund" ? able.slice(-2) : able;
    const { id, holder } = newest[action.what % newest.length];
    const { licences } = this.world.contracts;
    const from = name === "refund" ? holder : this.#account(action.who);
    const outcome = await this.world.send(from, "LicenceToken", licences, name, [id]);
    const done = this.books.same(name, outcome, () => book[name](id, outcome.time));
    if (done !== null && name === "refund") {
      this.#licences = this.#licences.filter((other) => other !== id);
    }
  }

  async #transfer(action: Action): Promise<void> {
    const { id, shares } = this.#model(action);
    const from = this.#account(action.who);
    const to = this.#account(action.whom);
    const balance = this.books.splitter.sharesOf(id)?.balanceOf(from) ?? 0n;
    const amount = (balance * BigInt(action.thousandths)) / 1_000n;
    const outcome = await this.world.send(from, "ModelShares", shares, "transfer", [to, amount]);
    this.books.same(action.operation, outcome, () =>
      this.books.splitter.transferShares(id, from, to, amount),
    );
  }

  async #issue(action: Action): Promise<void> {
    const able = this.#market.models.filter(({ timelock }) => timelock !== null);
    const { id, timelock } = able[action.what % able.length];
    if (timelock === null) return;
    const to = this.#account(action.whom);
    const supply = this.books.splitter.sharesOf(id)?.supply ?? 0n;
    // Up to 22 %, of which 20 % at most are allowed in a year.
    const amount = (supply * BigInt(action.thousandths)) / 5_000n;
    const outcome = await this.#splitterCall(timelock, "issueShares", [id, to, amount]);
    this.books.same(action.operation, outcome, () =>
      this.books.splitter.issueShares(id, to, amount, outcome.time),
    );
  }

  /** Mostly an item that gives something, at times any. */
  #fruitful<T>(action: Action, items: readonly T[], gives: (item: T) => boolean): T {
    const useful = action.thousandths % 4 === 0 ? [] : items.filter(gives);
    const from = useful.length > 0 ? useful : items;
    return from[action.what % from.length];
  }

  async #claim(action: Action): Promise<void> {
    const all = this.#market.models.flatMap(({ id }) =>
      this.world.accounts.map(({ address }) => ({ id, holder: address })),
    );
    const token = this.world.tokens[action.token];
    const { splitter } = this.books;
    const { id, holder } = this.#fruitful(
      action,
      all,
      (one) => splitter.claimable(one.id, token, one.holder) > 0n,
    );
    // Half of the claims are a stranger's, which go to the holder all the same.
    const outcome =
      action.whom % 2 === 0
        ? await this.#splitterCall(this.#account(action.whom), "claim", [id, token, holder])
        : await this.#splitterCall(holder, "claimTo", [id, token, this.#account(action.whom)]);
    const amount = this.books.same(action.operation, outcome, () =>
      this.books.splitter.claim(id, token, holder),
    );
    if (amount !== null) this.#paid(id, token, amount.value, claimedIn(outcome.logs));
  }

  async #claimMany(action: Action): Promise<void> {
    const holder = this.#account(action.who);
    const pairs = this.#market.models.flatMap(({ id }) =>
      this.world.tokens.map((token) => [id, token] as const),
    );
    const args = [pairs.map(([id]) => id), pairs.map(([, token]) => token), holder];
    const outcome = await this.#splitterCall(this.#account(action.whom), "claimMany", args);
    const amounts = this.books.same(action.operation, outcome, () =>
      this.books.splitter.claimMany(pairs, holder),
    );
    if (amounts === null) return;
    const total = amounts.value.reduce((sum, amount) => sum + amount, 0n);
    if (total !== claimedIn(outcome.logs)) throw new Error("The claims add up to another sum");
    for (const [i, [id, token]] of pairs.entries()) this.#note(id, token, amounts.value[i]);
  }

  #paid(id: bigint, token: Address, twin: bigint, chain: bigint): void {
    if (twin !== chain) throw new Error(`The chain pays ${chain}, the twin ${twin}`);
    this.#note(id, token, twin);
  }

  #note(id: bigint, token: Address, amount: bigint): void {
    const key = `${id} ${token}`;
    this.#claimed.set(key, (this.#claimed.get(key) ?? 0n) + amount);
  }

  async #withdraw(action: Action): Promise<void> {
    const token = this.world.tokens[action.token];
    const { address: account } = this.#fruitful(
      action,
      this.world.accounts,
      ({ address }) => this.books.splitter.creditOf(address, token) > 0n,
    );
    const from = this.#account(action.whom);
    const outcome = await this.#splitterCall(from, "withdraw", [account, token]);
    this.books.same(action.operation, outcome, () => this.books.splitter.withdraw(account, token));
  }

  async #donate(action: Action): Promise<void> {
    const { splitter } = this.world.contracts;
    const [, dollar] = this.world.tokens;
    const from = this.#account(action.who);
    const args = [splitter, action.amount];
    const outcome = await this.world.send(from, "TestDollar", dollar, "transfer", args);
    this.books.same(action.operation, outcome, () =>
      this.books.splitter.donate(dollar, action.amount),
    );
  }

  async #sweep(action: Action): Promise<void> {
    const { id } = this.#model(action);
    const token = this.world.tokens[action.token];
    const from = this.#account(action.who);
    const outcome = await this.#splitterCall(from, "sweepDonation", [id, token]);
    this.books.same(action.operation, outcome, () => this.books.splitter.sweepDonation(id, token));
  }
}

/** Hours mostly, at times months, which end sessions, licences and windows of issues. */
function secondsOf({ thousandths }: Action): bigint {
  return thousandths === 1_000 ? 70n * DAY_S : (DAY_S * BigInt(thousandths)) / 500n;
}

function boughtLicence(logs: readonly Log[]): bigint {
  const [event] = parseEventLogs({
    abi: ARTEFACTS.LicenceToken.abi,
    logs: [...logs],
    eventName: "LicenceBought",
  });
  return event.args.licence;
}

function claimedIn(logs: readonly Log[]): bigint {
  const events = parseEventLogs({
    abi: ARTEFACTS.RevenueSplitter.abi,
    logs: [...logs],
    eventName: "Claimed",
  });
  return events.reduce((sum, { args }) => sum + args.amount, 0n);
}
