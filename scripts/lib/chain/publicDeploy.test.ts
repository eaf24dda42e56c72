import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chainAddressesSchema } from "@/chain/addresses/schema.ts";
import { ARTEFACTS } from "@/chain/market/artefacts.ts";
import { BadInput } from "../badInput.mjs";
import { ROOT } from "../paths.mjs";
import { startAnvil, type Anvil } from "./anvil.mjs";
import { deployPlan } from "./deploy.mjs";
import { planDeployment } from "./plan.mjs";
import { runDeploy, safeMessage } from "./publicDeploy.mjs";
import { rpc } from "./rpc.mjs";
import { localClients, sendLocal, type Clients } from "./sender.mjs";

/** The first account of the public test phrase, as every tool has it. */
const KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const GUARDIAN = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

let folder: string;
let anvil: Anvil;
let clients: Clients;
let printed: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-deploy-"));
  anvil = await startAnvil({ port: 0 });
  clients = localClients(anvil.url);
}, 60_000);

afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

beforeEach(() => {
  printed = [];
});

interface Given {
  args?: readonly string[];
  key?: string | null;
  ask?: (question: string) => Promise<string>;
  progress?: string;
}

const run = ({ args = [], key = KEY, ask, progress = "progress" }: Given = {}) =>
  runDeploy(["--rpc", anvil.url, ...args], {
    env: key === null ? {} : { SIGNET_DEPLOYER_KEY: key },
    print: (line) => printed.push(line),
    ask: ask ?? null,
    progressFolder: join(folder, progress),
  });

const BROADCAST = ["--broadcast", "--chain-id", "31337"];
const nonce = () => clients.client.getTransactionCount({ address: DEPLOYER });

test("a dry run says addresses and cost, and leaves nothing on the chain or the disk", async () => {
  const block = await clients.client.getBlockNumber();
  await run();
  expect(await clients.client.getBlockNumber()).toBe(block);
  expect(await nonce()).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  const text = printed.join("\n");
  // CREATE address of the account's first transaction, as in countless tutorials of anvil.
  expect(text).toContain("ModelShares      0x5FbDB2315678afecb367f032d93F642f64180aa3");
  expect(text).toMatch(/Gas 2\d,\d{3},\d{3} at \S+ gwei: 0\.0\d+/);
  expect(text).toContain("nothing was sent");
  expect(text.toLowerCase()).not.toContain(KEY);
});

test("a dry run needs no key when the deployer is named", async () => {
  await run({ key: null, args: ["--from", DEPLOYER.toLowerCase()] });
  expect(printed.join()).toContain("nothing was sent");
  await expect(run({ key: null })).rejects.toThrow(/SIGNET_DEPLOYER_KEY is not set.*--from/);
  await expect(run({ args: ["--from", GUARDIAN] })).rejects.toThrow(/the key is that of 0xf39F/);
});

test("nothing is sent without a key, with a bad one, or before the chain is named", async () => {
  const args = ["--broadcast", "--out", join(folder, "never.json")];
  await expect(run({ key: null, args })).rejects.toThrow(/SIGNET_DEPLOYER_KEY is not set/);
  for (const key of [KEY.slice(1), `${KEY}00`, `x${KEY.slice(1)}`, "0".repeat(64)]) {
    const attempt = run({ key, args });
    await expect(attempt).rejects.toThrow(BadInput);
    await expect(attempt).rejects.toThrow(/^SIGNET_DEPLOYER_KEY is no private key of 64 hex/);
  }
  await expect(run({ args })).rejects.toThrow("--chain-id 31337");
  await expect(run({ args: [...args, "--chain-id", "1"] })).rejects.toThrow(/is 31337, not 1/);
  await expect(run({ args, ask: async () => "yes" })).rejects.toThrow(/is 31337, not NaN/);
  expect(await nonce()).toBe(0);
  expect(existsSync(join(folder, "never.json"))).toBe(false);
});

test("options are checked before the chain is asked", async () => {
  for (const [args, message] of [
    [["--tokens", "0x12"], /no address/],
    [["--tokens", `${GUARDIAN},${GUARDIAN.toLowerCase()}`], /named twice/],
    [["--tokens", zeroAddress], /always accepted/],
    [["--tokens", GUARDIAN.replace("C8", "c8")], /wrong checksum/],
    [["--tokens", GUARDIAN], /no token at/],
    [["--guardian-days", "0"], /from 1 to 3650/],
    [["more"], /Unexpected argument/],
  ] as const) {
    await expect(run({ args })).rejects.toThrow(message);
  }
  const around = { env: {}, print: () => {}, ask: null };
  await expect(runDeploy([], around)).rejects.toThrow(/--rpc is missing/);
  await expect(runDeploy(["--rpc", "ftp://x"], around)).rejects.toThrow(/http or https/);
  await expect(runDeploy(["--rpc", "https://me:pw@x"], around)).rejects.toThrow(/user name/);
  await expect(
    runDeploy(["--rpc", "http://127.0.0.1:9", "--from", DEPLOYER], around),
  ).rejects.toThrow(/^HTTP request failed\.$/);
});

test("a broadcast deploys everything, wired as planned, and writes the addresses", async () => {
  const { contractAddress } = await sendLocal(clients, GUARDIAN, {
    data: ARTEFACTS.TestDollar.bytecode,
  });
  const out = join(folder, "out.json");
  const args = ["--broadcast", "--guardian", GUARDIAN, "--out", out];
  args.push("--tokens", String(contractAddress));
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return "31337";
  };
  await run({ args, ask });
  expect(asked).toHaveLength(1);
  const addresses = v.parse(chainAddressesSchema, JSON.parse(readFileSync(out, "utf8")));
  const { registry, splitter, channel } = addresses.contracts;
  const first = await clients.client.getBlock({ blockNumber: BigInt(addresses.firstBlock) });
  expect(first.transactions).toHaveLength(1);
  const guardian = await clients.client.readContract({
    address: registry,
    abi: ARTEFACTS.ModelRegistry.abi,
    functionName: "guardian",
  });
  expect(guardian).toBe(GUARDIAN);
  const tokens = await clients.client.readContract({
    address: splitter,
    abi: ARTEFACTS.RevenueSplitter.abi,
    functionName: "allowedTokens",
  });
  expect(tokens.map((token) => token.toLowerCase())).toEqual([contractAddress]);
  expect(await clients.client.getCode({ address: channel })).toBeDefined();
  expect(printed.join("\n").toLowerCase()).not.toContain(KEY);
  expect(readFileSync(out, "utf8")).not.toContain(KEY);
  expect(readdirSync(join(folder, "progress"))).toEqual([]);
  await expect(run({ args, ask })).rejects.toThrow(/there already/);
});

test("a deployment that broke off is gone on with, and no other is begun", async () => {
  const progress = "broken";
  const start = await nonce();
  const out = join(folder, "resumed.json");
  const breaksOff = runDeploy(["--rpc", anvil.url, ...BROADCAST, "--out", out], {
    env: { SIGNET_DEPLOYER_KEY: KEY },
    print: (line) => {
      if (line.startsWith("4/10")) throw new Error("The cable was pulled");
    },
    ask: null,
    progressFolder: join(folder, progress),
  });
  await expect(breaksOff).rejects.toThrow("The cable was pulled");
  expect(await nonce()).toBe(start + 4);
  expect(existsSync(out)).toBe(false);

  const other = [...BROADCAST, "--guardian", GUARDIAN, "--out", out];
  await expect(run({ args: other, progress })).rejects.toThrow(/broke off; repeat it, or remove/);
  await run({ args: [...BROADCAST, "--out", out], progress });
  expect(printed.join("\n")).toMatch(/Going on[\s\S]*is there/);
  expect(await nonce()).toBe(start + 10);
  v.parse(chainAddressesSchema, JSON.parse(readFileSync(out, "utf8")));
});

test("too little money is noticed before anything is sent", async () => {
  await rpc(anvil.url, "anvil_setBalance", [DEPLOYER, "0x1"]);
  const before = await nonce();
  const args = [...BROADCAST, "--out", join(folder, "poor.json")];
  await expect(run({ args })).rejects.toThrow(/has less than 0\.\d+/);
  expect(await nonce()).toBe(before);
  await rpc(anvil.url, "anvil_setBalance", [DEPLOYER, "0xde0b6b3a7640000"]);
});

test("a deployer that is used for something else meanwhile is noticed", async () => {
  const input = {
    deployer: DEPLOYER,
    nonce: (await nonce()) + 1,
    guardian: zeroAddress,
    guardianUntil: 0n,
    tokens: [],
  } as const;
  const plan = planDeployment(input, ARTEFACTS);
  const never = () => Promise.reject(new Error("sent"));
  await expect(deployPlan(plan, input, clients.client, never)).rejects.toThrow(
    /used for something else/,
  );
});

test("messages carry neither the key nor the secret part of a node's address", () => {
  const rpcUrl = "https://node.example/v2/s3cret-token";
  const error = new Error(`${KEY} could not be used at ${rpcUrl}\nstack`);
  const text = safeMessage(error, rpcUrl, { SIGNET_DEPLOYER_KEY: `0x${KEY}` });
  expect(text).toBe("… could not be used at … stack");
});

test("the command says errors in one line, with status 2 for what the caller can put right", async () => {
  const child = spawn(process.execPath, [join(ROOT, "scripts/deploy.mjs"), "--rpc", anvil.url], {
    env: { ...process.env, SIGNET_DEPLOYER_KEY: `${KEY}x` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const status = await new Promise((resolve) => child.once("close", resolve));
  expect(text).toBe("SIGNET_DEPLOYER_KEY is no private key of 64 hexadecimal digits\n");
  expect(status).toBe(2);
});
