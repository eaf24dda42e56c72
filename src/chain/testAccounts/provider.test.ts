import { describe, expect, it } from "vitest";
import { getAddress } from "viem";
import { TestAccountsProvider, type ConsentRequest } from "./provider.ts";

const ADA = getAddress("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
const BEN = getAddress("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc");
const STRANGER = getAddress("0x000000000000000000000000000000000000dead");

function setUp(answers: (`0x${string}` | null | Promise<`0x${string}` | null>)[]) {
  const asked: string[] = [];
  const consents: ConsentRequest[] = [];
  let kept: string | null = null;
  const provider = new TestAccountsProvider({
    chainId: 31_337,
    accounts: [ADA, BEN],
    ask: async (method) => {
      asked.push(method);
      return `answer to ${method}`;
    },
    consent: async (request) => {
      consents.push(request);
      return answers.shift() ?? null;
    },
    memory: {
      read: () => kept,
      write: (account) => {
        kept = account;
      },
    },
  });
  const request = (method: string, params?: unknown) => provider.request({ method, params });
  return { provider, request, asked, consents };
}

describe("TestAccountsProvider", () => {
  it("shows no account before the user chose one, and only that one after", async () => {
    const { provider, request } = setUp([BEN]);
    const seen: unknown[] = [];
    provider.on("accountsChanged", (accounts) => seen.push(accounts));
    expect(await request("eth_accounts")).toEqual([]);
    expect(await request("eth_requestAccounts")).toEqual([BEN]);
    expect(await request("eth_accounts")).toEqual([BEN]);
    expect(seen).toEqual([[BEN]]);
    await request("wallet_revokePermissions");
    expect(await request("eth_accounts")).toEqual([]);
  });

  it("sends and signs for the connected account alone, and only when the user agrees", async () => {
    const { request, asked, consents } = setUp([ADA, null, ADA, ADA, ADA]);
    const call = { from: ADA, to: BEN, value: "0x10" };
    await expect(request("eth_sendTransaction", [call])).rejects.toMatchObject({ code: 4100 });
    await request("eth_requestAccounts");
    await expect(request("eth_sendTransaction", [call])).rejects.toMatchObject({ code: 4001 });
    expect(asked).toEqual([]);
    expect(await request("eth_sendTransaction", [call])).toBe("answer to eth_sendTransaction");
    expect(consents.at(-1)).toEqual({
      kind: "transaction",
      from: ADA,
      to: BEN,
      data: "0x",
      valueWei: 16n,
    });
    await request("personal_sign", ["0x6869", ADA.toLowerCase()]);
    await request("eth_signTypedData_v4", [ADA, "{}"]);
    for (const [method, params] of [
      ["eth_sendTransaction", [{ ...call, from: BEN }]],
      ["personal_sign", ["0x6869", STRANGER]],
      ["eth_signTypedData_v4", [BEN, "{}"]],
    ] as const) {
      await expect(request(method, params)).rejects.toMatchObject({ code: 4100 });
    }
    expect(asked).toEqual(["eth_sendTransaction", "personal_sign", "eth_signTypedData_v4"]);
  });

  it("refuses a second request while one waits, and malformed ones at once", async () => {
    let agree: (account: `0x${string}`) => void = () => {};
    const later = new Promise<`0x${string}`>((resolve) => {
      agree = resolve;
    });
    const { request, asked } = setUp([later]);
    const first = request("eth_requestAccounts");
    await expect(request("wallet_requestPermissions")).rejects.toMatchObject({ code: -32_002 });
    agree(ADA);
    await first;
    for (const call of [
      { from: ADA, to: "Ben" },
      { from: ADA, to: BEN, data: "buy" },
    ]) {
      await expect(request("eth_sendTransaction", [call])).rejects.toMatchObject({ code: -32_602 });
    }
    expect(asked).toEqual([]);
  });

  it("stays on its chain", async () => {
    const { request } = setUp([]);
    expect(await request("eth_chainId")).toBe("0x7a69");
    expect(await request("wallet_switchEthereumChain", [{ chainId: "0x7a69" }])).toBeNull();
    await expect(request("wallet_switchEthereumChain", [{ chainId: "0x1" }])).rejects.toMatchObject(
      { code: 4902 },
    );
    await expect(request("wallet_addEthereumChain", [{}])).rejects.toMatchObject({ code: 4200 });
  });
});
