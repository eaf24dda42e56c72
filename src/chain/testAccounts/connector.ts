import { http } from "viem";
import type { Address, EIP1193RequestFn } from "viem";
import { injected } from "wagmi/connectors/injected";
import type { Connector, CreateConnectorFn } from "wagmi";
import { askConsent } from "./consent.ts";
import { TestAccountsProvider } from "./provider.ts";

export const TEST_ACCOUNTS_ID = "signet-test-accounts";

const MEMORY = "signet-test-account";

/** The accounts of the local chain as a wallet among the others, for those who have none. */
export function testAccountsConnector(options: {
  chainId: number;
  rpcUrl: string;
  accounts: readonly Address[];
}): CreateConnectorFn {
  const { request }: { request: EIP1193RequestFn } = http(options.rpcUrl, { retryCount: 0 })({});
  const provider = new TestAccountsProvider({
    chainId: options.chainId,
    accounts: options.accounts,
    ask: (method, params) => Reflect.apply(request, null, [{ method, params }]),
    consent: askConsent,
    memory: {
      read: () => localStorage.getItem(MEMORY),
      write: (account) => {
        if (account === null) localStorage.removeItem(MEMORY);
        else localStorage.setItem(MEMORY, account);
      },
    },
  });
  // Typed by method there, by hand here.
  const typed = {
    request: (call: unknown) => Reflect.apply(provider.request, provider, [call]),
    on: (event: string, listener: (value: never) => void) =>
      Reflect.apply(provider.on, provider, [event, listener]),
    removeListener: (event: string, listener: (value: never) => void) =>
      Reflect.apply(provider.removeListener, provider, [event, listener]),
  };
  return injected({
    target: { id: TEST_ACCOUNTS_ID, name: "Test accounts", provider: () => typed },
  });
}

/** Asks again which of the accounts is to act; nothing changes when the user says none. */
export async function chooseTestAccount(connector: Connector): Promise<void> {
  const provider = await connector.getProvider();
  if (typeof provider !== "object" || provider === null || !("request" in provider)) return;
  if (typeof provider.request !== "function") return;
  try {
    await provider.request({ method: "wallet_requestPermissions" });
  } catch {
    // The user stays who they were.
  }
}
