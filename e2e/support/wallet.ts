import type { Page } from "@playwright/test";
import { createWalletClient, http, isHex, numberToHex } from "viem";
import type { Address, Hex } from "viem";
import { foundry } from "viem/chains";
import { accountOf } from "./cast.ts";

/** What the wallet does with the next request that needs its owner's word. */
export type Answer = "approve" | "reject" | "pending" | "busy";

interface Call {
  method: string;
  params?: unknown[];
}

class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export interface TestWalletOptions {
  /** Address of the node. */
  rpcUrl: string;
  /** Number in the cast; 0 is the visitor, who has money and did nothing yet. */
  index?: number;
  name?: string;
  /** Network it is on at first. */
  chainId?: number;
  /** Networks it knows at first. */
  known?: readonly number[];
}

interface Again {
  to: Hex;
  data: Hex;
  value: bigint;
  nonce: number;
  gas: bigint;
  /** Wei for a unit of gas that the one to be replaced offers at most. */
  fee: bigint;
}

/**
 * A wallet as the page meets it: announced by EIP-6963, asked by EIP-1193. Its key stays in Node; the
 * test says how its owner answers, step by step.
 */
export class TestWallet {
  readonly log: string[] = [];
  /** Chains it was asked to add. */
  readonly added: unknown[] = [];
  /** Hashes of what it sent. */
  readonly sent: Hex[] = [];
  private readonly page: Page;
  private readonly rpcUrl: string;
  private readonly known: Set<number>;
  private readonly answers: Answer[] = [];
  private readonly waiting: ((answer: "approve" | "reject") => void)[] = [];
  private index: number;
  private chainId: number;
  private connected = false;

  private constructor(page: Page, options: TestWalletOptions) {
    this.page = page;
    this.rpcUrl = options.rpcUrl;
    this.index = options.index ?? 0;
    this.chainId = options.chainId ?? foundry.id;
    this.known = new Set(options.known ?? [1, foundry.id]);
  }

  /** Announces the wallet to every document the page will load. */
  static async install(page: Page, options: TestWalletOptions): Promise<TestWallet> {
    const wallet = new TestWallet(page, options);
    const name = options.name ?? "Test Wallet";
    const binding = `testWallet${name.replaceAll(/\W/g, "")}`;
    await page.exposeFunction(binding, (call: Call) => wallet.answer(call));
    await page.addInitScript(announce, { name, binding });
    return wallet;
  }

  get address(): Address {
    return this.account.address;
  }

  /** What its owner does from now on, in this order; approves when nothing is left. */
  will(...answers: Answer[]): void {
    this.answers.push(...answers);
  }

  /** Answers the oldest request that is pending. */
  decide(answer: "approve" | "reject"): void {
    const next = this.waiting.shift();
    if (next === undefined) throw new Error("Nothing is pending in the wallet");
    next(answer);
  }

  get pending(): number {
    return this.waiting.length;
  }

  async changeAccount(index: number): Promise<void> {
    this.index = index;
    if (this.connected) await this.emit("accountsChanged", [this.address]);
  }

  async changeChain(chainId: number): Promise<void> {
    this.chainId = chainId;
    await this.emit("chainChanged", numberToHex(chainId));
  }

  /** Sends the transaction again with a higher fee, as a wallet's "speed up" does. */
  async speedUp(hash: Hex): Promise<Hex> {
    const { input: data, ...tx } = await this.transaction(hash);
    return this.sendAgain({ ...tx, data });
  }

  /** Sends nothing to itself with the transaction's nonce, as a wallet's "cancel" does. */
  async cancel(hash: Hex): Promise<Hex> {
    const { nonce, fee } = await this.transaction(hash);
    const nothing = { to: this.address, data: "0x", value: 0n, gas: 21_000n } as const;
    return this.sendAgain({ ...nothing, nonce, fee });
  }

  private get account() {
    return accountOf(this.index);
  }

  private get client() {
    const { account } = this;
    return createWalletClient({ account, chain: foundry, transport: http(this.rpcUrl) });
  }

  private async transaction(hash: Hex) {
    const raw = await this.node("eth_getTransactionByHash", [hash]);
    if (typeof raw !== "object" || raw === null) throw new Error(`The node has no ${hash}`);
    const field = (name: string): Hex => {
      const value: unknown = Reflect.get(raw, name);
      if (!isHex(value)) throw new Error(`The transaction has no ${name}`);
      return value;
    };
    return {
      to: field("to"),
      input: field("input"),
      value: BigInt(field("value")),
      nonce: Number(field("nonce")),
      gas: BigInt(field("gas")),
      fee: BigInt(field("maxFeePerGas")),
    };
  }

  private sendAgain({ fee, ...tx }: Again): Promise<Hex> {
    const doubled = 2n * fee;
    return this.client.sendTransaction({
      ...tx,
      maxFeePerGas: doubled,
      maxPriorityFeePerGas: doubled,
    });
  }

  private emit(event: string, value: unknown): Promise<void> {
    return this.page.evaluate(
      ([name, detail]) => {
        dispatchEvent(new CustomEvent("test-wallet", { detail: { name, detail } }));
      },
      [event, value] as const,
    );
  }

  /** What the page's provider gets; errors travel as data, for a binding keeps only their text. */
  private async answer(call: Call): Promise<{ ok: unknown } | { error: unknown }> {
    this.log.push(call.method);
    try {
      return { ok: (await this.handle(call)) ?? null };
    } catch (error) {
      if (error instanceof RpcError) {
        const { code, message, data } = error;
        return { error: { code, message, data } };
      }
      const message = error instanceof Error ? error.message : String(error);
      return { error: { code: -32_603, message } };
    }
  }

  private async handle({ method, params = [] }: Call): Promise<unknown> {
    const [first, second] = params;
    switch (method) {
      case "eth_accounts":
        return this.connected ? [this.address] : [];
      case "eth_chainId":
        return numberToHex(this.chainId);
      case "eth_requestAccounts":
        if (!this.connected) await this.ownersWord();
        this.connected = true;
        return [this.address];
      case "wallet_requestPermissions":
        await this.ownersWord();
        this.connected = true;
        return [
          {
            parentCapability: "eth_accounts",
            caveats: [{ type: "restrictReturnedAccounts", value: [this.address] }],
          },
        ];
      case "wallet_revokePermissions":
        this.connected = false;
        return null;
      case "wallet_switchEthereumChain":
        return this.switchTo(first);
      case "wallet_addEthereumChain":
        await this.ownersWord();
        this.added.push(first);
        this.known.add(chainIdOf(first));
        // As most wallets do; they ask about both at once.
        await this.changeChain(chainIdOf(first));
        return null;
      case "personal_sign":
        await this.ownersWord();
        if (!isHex(first)) throw new RpcError(-32_602, "Nothing to sign");
        return this.account.signMessage({ message: { raw: first } });
      case "eth_signTypedData_v4":
        await this.ownersWord();
        return this.account.signTypedData(JSON.parse(String(second)));
      case "eth_sendTransaction":
        await this.ownersWord();
        return this.send(first);
      default:
        return this.node(method, params);
    }
  }

  private async ownersWord(): Promise<void> {
    let answer = this.answers.shift() ?? "approve";
    if (answer === "busy") throw new RpcError(-32_002, "A request is already pending.");
    if (answer === "pending") {
      answer = await new Promise<"approve" | "reject">((resolve) => this.waiting.push(resolve));
    }
    if (answer === "reject") throw new RpcError(4001, "User rejected the request.");
  }

  private async switchTo(wanted: unknown): Promise<null> {
    const chainId = chainIdOf(wanted);
    if (!this.known.has(chainId)) throw new RpcError(4902, "Unrecognized chain ID.");
    await this.ownersWord();
    await this.changeChain(chainId);
    return null;
  }

  private async send(request: unknown): Promise<Hex> {
    if (this.chainId !== foundry.id) throw new RpcError(-32_603, "Not on the local chain");
    if (typeof request !== "object" || request === null) throw new RpcError(-32_602, "Nothing");
    const field = (name: string): Hex | undefined => {
      const value: unknown = Reflect.get(request, name);
      return isHex(value) ? value : undefined;
    };
    if (field("from")?.toLowerCase() !== this.address.toLowerCase()) {
      throw new RpcError(4100, "Not an account of this wallet");
    }
    const value = field("value");
    const gas = field("gas");
    const to = field("to");
    const data = field("data");
    const hash = await this.client.sendTransaction({
      ...(to === undefined ? {} : { to }),
      ...(data === undefined ? {} : { data }),
      ...(value === undefined ? {} : { value: BigInt(value) }),
      ...(gas === undefined ? {} : { gas: BigInt(gas) }),
    });
    this.sent.push(hash);
    return hash;
  }

  private async node(method: string, params: readonly unknown[]): Promise<unknown> {
    const answer = await fetch(this.rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const body: { result?: unknown; error?: { code: number; message: string; data?: unknown } } =
      await answer.json();
    if (body.error !== undefined) {
      throw new RpcError(body.error.code, body.error.message, body.error.data);
    }
    return body.result;
  }
}

function chainIdOf(value: unknown): number {
  const id: unknown =
    typeof value === "object" && value !== null && "chainId" in value ? value.chainId : undefined;
  if (!isHex(id)) throw new RpcError(-32_602, "No chain id");
  return Number(id);
}

/** Runs in the page. */
function announce({ name, binding }: { name: string; binding: string }): void {
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  addEventListener("test-wallet", (event) => {
    if (!(event instanceof CustomEvent)) return;
    for (const listener of listeners.get(event.detail.name) ?? []) listener(event.detail.detail);
  });
  const provider = {
    async request(call: unknown): Promise<unknown> {
      const answer = await Reflect.get(globalThis, binding)(call);
      if (!("error" in answer)) return answer.ok;
      const { code, message, data } = answer.error;
      throw Object.assign(new Error(message), { code, data });
    },
    on(event: string, listener: (value: unknown) => void): void {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
    },
    removeListener(event: string, listener: (value: unknown) => void): void {
      listeners.get(event)?.delete(listener);
    },
  };
  const picture =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" rx="2" fill="#2f4bb3"/></svg>';
  const info = Object.freeze({
    uuid: crypto.randomUUID(),
    name,
    icon: `data:image/svg+xml,${encodeURIComponent(picture)}`,
    rdns: `test.${binding.toLowerCase()}`,
  });
  const detail = Object.freeze({ info, provider });
  const tell = (): void => {
    dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  };
  addEventListener("eip6963:requestProvider", tell);
  tell();
}
