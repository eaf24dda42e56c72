import { Tooltip } from "@base-ui/react/tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import axe from "axe-core";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { custom, numberToHex } from "viem";
import type { Address, Hash, Hex } from "viem";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { createConfig, WagmiProvider } from "wagmi";
import { connect } from "wagmi/actions";
import { injected } from "wagmi/connectors/injected";
import { ChainContext } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { localNetwork } from "@/chain/networks.ts";
import { addTransaction, clearBook, noteEvent, useLedger } from "@/chain/transactions/ledger.ts";
import type { Call } from "@/chain/transactions/send.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";
import { ChainError } from "@/chain/errors/chainError.ts";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { useConnectDialog } from "../connectDialog.ts";
import { ReviewAndSend, type ReviewAndSendProps } from "./ReviewAndSend.tsx";

const CHAIN_ID = 31_337;
const ME: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TO: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const HASH: Hash = `0x${"ab".repeat(32)}`;
const ETHER = 10n ** 18n;
const STAKE: Call = { to: TO, data: "0x3a4b66f1", value: ETHER / 10n };

/** A node and a wallet in one, which mines only when told. */
class FakeChain {
  balanceWei = ETHER;
  mined = false;
  readonly sent: { to: Address; data: Hex; value?: Hex }[] = [];

  readonly request = async ({ method, params }: { method: string; params?: unknown }) => {
    const [first] = Array.isArray(params) ? params : [];
    switch (method) {
      case "eth_chainId":
        return numberToHex(CHAIN_ID);
      case "eth_accounts":
      case "eth_requestAccounts":
        return [ME];
      case "eth_getBalance":
        return numberToHex(this.balanceWei);
      case "eth_call":
        return "0x";
      case "eth_estimateGas":
        return numberToHex(21_000);
      case "eth_gasPrice":
      case "eth_maxPriorityFeePerGas":
        return numberToHex(10n ** 9n);
      case "eth_getTransactionCount":
        return numberToHex(this.mined ? 1 : 0);
      case "eth_blockNumber":
        return numberToHex(7);
      case "eth_getBlockByNumber":
        return { number: numberToHex(7), baseFeePerGas: numberToHex(10n ** 9n), transactions: [] };
      case "eth_sendTransaction":
        this.sent.push(first);
        return HASH;
      case "eth_getTransactionReceipt":
        return this.mined
          ? { transactionHash: HASH, blockNumber: numberToHex(7), status: "0x1", logs: [] }
          : null;
      case "eth_getTransactionByHash":
        return { hash: HASH, nonce: "0x0", from: ME, to: TO, value: "0x0", input: "0x" };
      default:
        throw new Error(`not asked here: ${method}`);
    }
  };
}

let root: Root;
let host: HTMLElement;
let chain: FakeChain;

beforeEach(() => {
  localStorage.clear();
  useLedger.setState({ books: {} });
  useConnectDialog.setState({ open: false });
  chain = new FakeChain();
  host = document.createElement("main");
  document.body.append(host);
  root = createRoot(host);
});
afterEach(() => {
  root.unmount();
  host.remove();
  clearBook(CHAIN_ID, ME);
});

const nothing: Deployment["contracts"] = {
  sharesImplementation: TO,
  registry: TO,
  splitter: TO,
  licences: TO,
  channel: TO,
  provers: TO,
  jury: TO,
  governorImplementation: TO,
  timelockImplementation: TO,
  dao: TO,
};

/** Opens the page; gives back what draws it with other properties. */
async function open(first: Partial<ReviewAndSendProps> = {}, connected = true) {
  // Typed by method there, by hand here.
  const wallet = {
    request: (asked: unknown) => Reflect.apply(chain.request, chain, [asked]),
    on: () => wallet,
    removeListener: () => wallet,
  };
  const network = localNetwork(CHAIN_ID, "http://127.0.0.1:1");
  const config = createConfig({
    chains: [network],
    transports: { [CHAIN_ID]: custom(chain) },
    connectors: [injected({ target: { id: "test", name: "Test", provider: () => wallet } })],
    multiInjectedProviderDiscovery: false,
    pollingInterval: 50,
    storage: null,
  });
  const deployment: Deployment = {
    chain: network,
    chainId: CHAIN_ID,
    contracts: nothing,
    firstBlock: 0n,
    tokens: [],
    confirmations: 1,
    rpcUrl: "http://127.0.0.1:1",
    testDollar: null,
    models: [],
    cast: [],
  };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  if (connected) await connect(config, { connector: config.connectors[0] });
  const draw = async (props: Partial<ReviewAndSendProps>): Promise<void> => {
    root.render(
      <WagmiProvider config={config} reconnectOnMount={false}>
        <QueryClientProvider client={queries}>
          <ChainContext.Provider value={{ config, deployments: [deployment] }}>
            <Tooltip.Provider>
              <ReviewAndSend label="Stake" call={STAKE} testId="stake" {...props} />
            </Tooltip.Provider>
          </ChainContext.Provider>
        </QueryClientProvider>
      </WagmiProvider>,
    );
    await settled();
  };
  await draw(first);
  return draw;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 80));
const find = (testId: string) => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`);

function get(testId: string): HTMLElement {
  const found = find(testId);
  if (found === null) throw new Error(`nothing is called ${testId}`);
  return found;
}

async function press(testId: string): Promise<void> {
  await userEvent.click(get(testId));
  await settled();
}

function kept(changes: Partial<Transaction>): Transaction {
  return {
    id: crypto.randomUUID(),
    label: "Stake",
    chainId: CHAIN_ID,
    account: ME,
    to: STAKE.to,
    data: STAKE.data,
    value: "0",
    createdMs: 0,
    sinceBlock: "1",
    step: "submitted",
    hash: HASH,
    nonce: 0,
    block: null,
    confirmations: 0,
    confirmationsNeeded: 1,
    spedUp: false,
    replacedBy: null,
    reason: "",
    hint: "",
    ...changes,
  };
}

it("leads to the connect dialog where there is no wallet", async () => {
  await open({ refused: "Not now." }, false);
  expect(find("stake")).toBeNull();
  expect(host.textContent).not.toContain("Not now.");
  await userEvent.click(host.querySelector("button") ?? host);
  expect(useConnectDialog.getState().open).toBe(true);
});

it("reviews what goes with it, sends it, and is busy until it is mined", async () => {
  const onConfirmed = vi.fn<(tx: Transaction) => void>();
  const onEnd = vi.fn<(tx: Transaction) => void>();
  await open({
    txLabel: "Stake for a case",
    review: [{ label: "Afterwards", value: "0.2 ETH" }],
    warning: "It leaves again after 7 days.",
    onConfirmed,
    onEnd,
  });
  await press("stake");
  const dialog = document.querySelector("[role=dialog]");
  expect(dialog?.textContent).toContain("Afterwards0.2 ETH");
  expect(dialog?.textContent).toContain("You pay0.1 ETH");
  expect(dialog?.textContent).toContain("You have1 ETH");
  expect(dialog?.textContent).toContain("It leaves again after 7 days.");
  expect(get("review-fee").textContent).toContain("0.0000");
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  expect(violations.filter(({ impact }) => impact === "serious").map(({ id }) => id)).toEqual([]);
  await press("open-wallet");
  await expect.poll(() => chain.sent.length).toBe(1);
  expect(chain.sent[0]).toMatchObject({
    to: TO,
    data: "0x3a4b66f1",
    value: numberToHex(ETHER / 10n),
  });
  await expect.poll(() => get("transaction-status").textContent).toContain("Sent, waiting");
  expect(get("stake").getAttribute("aria-disabled")).toBe("true");
  expect(find("sent-already")).toBeNull();
  chain.mined = true;
  await expect
    .poll(() => get("transaction-status").textContent, { timeout: 5_000 })
    .toContain("Confirmed");
  expect(onConfirmed).toHaveBeenCalledOnce();
  expect(onEnd.mock.calls[0][0]).toMatchObject({ label: "Stake for a case", hash: HASH });
  expect(get("stake").getAttribute("aria-disabled")).toBeNull();
});

it("tells what is missing before the wallet is opened", async () => {
  chain.balanceWei = ETHER / 20n;
  await open();
  await press("stake");
  expect(get("too-poor").textContent).toContain("You have 0.05 ETH and need 0.1 ETH");
  expect(get("open-wallet").hasAttribute("disabled")).toBe(true);
});

it("gives the reason why it is shut, and is shut while there is no call", async () => {
  const draw = await open({ refused: "The 7 days are not over." });
  expect(get("stake-refused").textContent).toBe("The 7 days are not over.");
  expect(get("stake").hasAttribute("disabled")).toBe(true);
  await draw({ call: null });
  expect(find("stake-refused")).toBeNull();
  expect(get("stake").hasAttribute("disabled")).toBe(true);
});

it("shuts the review when what would be sent is no longer what it shows", async () => {
  const draw = await open();
  await press("stake");
  expect(get("open-wallet").hasAttribute("disabled")).toBe(false);
  await draw({ call: { ...STAKE, value: ETHER / 5n } });
  expect(get("offer-changed").textContent).toContain("It changed");
  expect(get("open-wallet").hasAttribute("disabled")).toBe(true);
});

it("asks as for something final where it is, by a button that says what it does", async () => {
  await open({ danger: true, note: "There is no way back.", label: "Revoke" });
  await press("stake");
  const dialog = document.querySelector("[role=alertdialog]");
  expect(dialog?.textContent).toContain("Revoke?");
  expect(dialog?.textContent).toContain("There is no way back.");
  expect(get("open-wallet").textContent).toBe("Revoke");
  await press("open-wallet");
  await expect.poll(() => chain.sent.length).toBe(1);
});

it("knows again what was sent before a reload, until it is mined", async () => {
  const tx = kept({ data: `${STAKE.data}00ff` });
  addTransaction(tx);
  addTransaction(kept({ to: ME, step: "unknown" }));
  await open();
  expect(get("transaction-status").textContent).toContain("Sent, waiting");
  expect(get("sent-already").textContent).toContain("on its way");
  expect(get("stake").getAttribute("aria-disabled")).toBe("true");
  noteEvent(tx, { type: "included", block: 7n, confirmations: 1, needed: 1 });
  await settled();
  expect(get("transaction-status").textContent).toContain("Confirmed");
  expect(find("sent-already")).toBeNull();
  expect(get("stake").getAttribute("aria-disabled")).toBeNull();
});

it("warns of one of which nothing was heard, and lets it be sent again", async () => {
  addTransaction(kept({ step: "unknown", hash: null }));
  await open();
  expect(get("maybe-sent").textContent).toContain("Look into the wallet first");
  await press("stake");
  await press("open-wallet");
  chain.mined = true;
  await expect
    .poll(() => get("transaction-status").textContent, { timeout: 5_000 })
    .toContain("Confirmed");
  expect(find("maybe-sent")).toBeNull();
});

it("makes a late call when it is agreed to, and tells why it could not be made", async () => {
  const make = vi.fn<() => Promise<Call>>();
  make.mockRejectedValueOnce(new ChainError("REVERTED", "Nothing could be kept.", "Make room."));
  make.mockResolvedValueOnce({ to: TO, data: "0x3a4b66f1aa", value: 0n });
  const known = { to: TO, data: "0x3a4b66f1", value: 0n } as const;
  await open({ call: { ...known, make } });
  await press("stake");
  expect(make).not.toHaveBeenCalled();
  await press("open-wallet");
  expect(get("transaction-error").textContent).toContain("Nothing could be kept.");
  expect(chain.sent).toHaveLength(0);
  await press("stake");
  await press("open-wallet");
  await expect.poll(() => chain.sent.length).toBe(1);
  expect(find("transaction-error")).toBeNull();
  expect(chain.sent[0].data).toBe("0x3a4b66f1aa");
});
