import { isAddress, isHex, numberToHex } from "viem";
import type { Address, Hex } from "viem";

/** What the user is asked before an account is shown or speaks. */
export type ConsentRequest =
  | { kind: "connect" }
  | { kind: "transaction"; from: Address; to: Address | null; data: Hex; valueWei: bigint }
  | { kind: "message"; from: Address; message: Hex }
  | { kind: "typedData"; from: Address; json: string };

/** Resolves to the account that is to act, or to null when the user says no. */
export type AskConsent = (request: ConsentRequest) => Promise<Address | null>;

export interface TestAccountsOptions {
  chainId: number;
  /** Those that the node holds the keys of. */
  accounts: readonly Address[];
  /** One JSON-RPC call to the node. */
  ask: (method: string, params: readonly unknown[]) => Promise<unknown>;
  consent: AskConsent;
  /** Where the connected account is remembered over reloads. */
  memory: { read: () => string | null; write: (account: Address | null) => void };
}

/** An error as EIP-1193 has it. */
export class ProviderRpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "ProviderRpcError";
    this.code = code;
  }
}

type Listener = (value: unknown) => void;

/**
 * A wallet for the local chain alone: its accounts' keys are public and lie in the node, which signs
 * what the user agreed to. It holds no key, and no other chain can be reached through it.
 * Source: EIP-1193, EIP-2255 (permissions), EIP-3326 (switching).
 */
export class TestAccountsProvider {
  private readonly options: TestAccountsOptions;
  private readonly listeners = new Map<string, Set<Listener>>();
  private asking = false;

  constructor(options: TestAccountsOptions) {
    this.options = options;
  }

  readonly on = (event: string, listener: Listener): void => {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  };

  readonly removeListener = (event: string, listener: Listener): void => {
    this.listeners.get(event)?.delete(listener);
  };

  /** @throws ProviderRpcError 4001 refused, 4100 not connected, 4902 another chain, -32002 busy */
  readonly request = async (call: { method: string; params?: unknown }): Promise<unknown> => {
    const { method, params } = call;
    const list: readonly unknown[] = Array.isArray(params) ? params : [];
    switch (method) {
      case "eth_chainId":
        return numberToHex(this.options.chainId);
      case "eth_accounts":
        return this.connected();
      case "eth_requestAccounts":
        return this.connected().length > 0 ? this.connected() : [await this.connect()];
      case "wallet_requestPermissions":
        return [permission(await this.connect())];
      case "wallet_revokePermissions":
        this.options.memory.write(null);
        return null;
      case "wallet_switchEthereumChain":
        return this.stayOn(list[0]);
      case "wallet_addEthereumChain":
        throw new ProviderRpcError(4200, "The test accounts are on the local chain only.");
      case "personal_sign":
        return this.sign(method, list, list[1], (from) => messageRequest(from, list[0]));
      case "eth_signTypedData_v4":
        return this.sign(method, list, list[0], (from) => typedDataRequest(from, list[1]));
      case "eth_sendTransaction":
        return this.sign(method, list, field(list[0], "from"), (from) =>
          transactionRequest(from, list[0]),
        );
      default:
        return this.options.ask(method, list);
    }
  };

  private connected(): Address[] {
    const kept = this.options.memory.read();
    return this.options.accounts.filter((account) => account.toLowerCase() === kept?.toLowerCase());
  }

  private async connect(): Promise<Address> {
    const account = await this.agreed({ kind: "connect" });
    this.options.memory.write(account);
    for (const listener of this.listeners.get("accountsChanged") ?? []) listener([account]);
    return account;
  }

  private stayOn(wanted: unknown): null {
    const chainId = field(wanted, "chainId");
    if (isHex(chainId) && Number(chainId) === this.options.chainId) return null;
    throw new ProviderRpcError(4902, "The test accounts know no other chain.");
  }

  private async sign(
    method: string,
    params: readonly unknown[],
    from: unknown,
    request: (from: Address) => ConsentRequest,
  ): Promise<unknown> {
    const [account] = this.connected();
    if (account === undefined || typeof from !== "string" || !sameAddress(account, from)) {
      throw new ProviderRpcError(4100, "This account is not connected.");
    }
    await this.agreed(request(account));
    return this.options.ask(method, params);
  }

  private async agreed(request: ConsentRequest): Promise<Address> {
    if (this.asking) throw new ProviderRpcError(-32_002, "A request is waiting already.");
    this.asking = true;
    try {
      const account = await this.options.consent(request);
      if (account === null) throw new ProviderRpcError(4001, "The user rejected the request.");
      return account;
    } finally {
      this.asking = false;
    }
  }
}

function permission(account: Address) {
  const caveats = [{ type: "restrictReturnedAccounts", value: [account] }];
  return { parentCapability: "eth_accounts", caveats };
}

function transactionRequest(from: Address, call: unknown): ConsentRequest {
  const to = field(call, "to");
  const data = field(call, "data") ?? field(call, "input") ?? "0x";
  const value = field(call, "value") ?? "0x0";
  if (!isHex(data) || !isHex(value)) throw new ProviderRpcError(-32_602, "Not a transaction.");
  if (to === undefined || to === null) {
    return { kind: "transaction", from, to: null, data, valueWei: BigInt(value) };
  }
  if (typeof to !== "string" || !isAddress(to, { strict: false })) {
    throw new ProviderRpcError(-32_602, "Not an address.");
  }
  return { kind: "transaction", from, to, data, valueWei: BigInt(value) };
}

function messageRequest(from: Address, message: unknown): ConsentRequest {
  if (!isHex(message)) throw new ProviderRpcError(-32_602, "Not a message.");
  return { kind: "message", from, message };
}

function typedDataRequest(from: Address, json: unknown): ConsentRequest {
  if (typeof json !== "string") throw new ProviderRpcError(-32_602, "Not typed data.");
  return { kind: "typedData", from, json };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
