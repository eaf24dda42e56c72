import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { encodeFunctionData, parseEther, zeroAddress, type Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainAddressesSchema } from "@/chain/addresses/schema.ts";
import { ARTEFACTS } from "@/chain/market/artefacts.ts";
import { demoAddress, type DemoBank } from "@/chain/market/makeDemoBanks.ts";
import { commit, leafOf } from "@/fingerprint/commitment.ts";
import { fromHex } from "@/fingerprint/encoding.ts";
import { pairSalt, pairSecret } from "@/fingerprint/secrets.ts";
import { fillDemoMarket } from "./demoMarket.mjs";
import { openLocalChain, type LocalChain } from "./localChain.mjs";
import { rpc } from "./rpc.mjs";
import { localClients, sendLocal, type Clients } from "./sender.mjs";

let folder: string;
let chain: LocalChain;
let client: Clients["client"];
const lines: string[] = [];

const open = () =>
  openLocalChain({ folder, port: 0, fill: fillDemoMarket, log: (line) => lines.push(line) });
const market = () => JSON.parse(readFileSync(join(folder, "market.json"), "utf8"));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-market-"));
  chain = await open();
  ({ client } = localClients(chain.url));
}, 60_000);

afterAll(async () => {
  await chain.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const contracts = () => v.parse(chainAddressesSchema, market().addresses).contracts;

test("the file says where everything is, and holds no key", () => {
  expect(market()).toMatchObject({ format: "signet-chain", rpcUrl: chain.url, chainId: 31_337 });
  expect(market().cast).toHaveLength(12);
  expect(JSON.stringify(market())).not.toMatch(
    /"(private|key|mnemonic|phrase)[^"]*":\s*"(0x|test)/i,
  );
});

test("the demo model descends from two parents and a grandparent", async () => {
  const { abi } = ARTEFACTS.ModelRegistry;
  const address = contracts().registry;
  const read = { address, abi } as const;
  expect(await client.readContract({ ...read, functionName: "modelCount" })).toBe(4n);
  const ancestors = await client.readContract({
    ...read,
    functionName: "ancestorsOf",
    args: [4n],
  });
  // 15 % to Tale Instruct, whose tenth (1.5 %) goes on to Tale Base; 5 % to Novel Base.
  expect(ancestors).toEqual([
    { model: 3n, ppm: 135_000 },
    { model: 2n, ppm: 50_000 },
    { model: 1n, ppm: 15_000 },
  ]);
});

test("commitments are real: a leaf of the committed bank verifies on the chain", async () => {
  const banks: DemoBank[] = JSON.parse(readFileSync("src/chain/market/demoBanks.json", "utf8"));
  const bank = banks[3];
  const master = fromHex(bank.master, 32);
  const [, keyHash, candidatesHash, salt, secretHash] = leafOf(
    bank.pairs[11],
    pairSalt(master, 11),
    pairSecret(master, 11),
  );
  const leaf = { index: 11n, keyHash, candidatesHash, salt, secretHash };
  const proof = commit(master, bank.pairs).proof(11);
  const verify = (model: bigint) =>
    client.readContract({
      address: contracts().registry,
      abi: ARTEFACTS.ModelRegistry.abi,
      functionName: "verifyLeaf",
      args: [model, 0, leaf, proof],
    });
  expect(await verify(4n)).toBe(true);
  expect(await verify(3n)).toBe(false);
  const epoch = await client.readContract({
    address: contracts().registry,
    abi: ARTEFACTS.ModelRegistry.abi,
    functionName: "epochOf",
    args: [4n, 0],
  });
  expect(epoch).toMatchObject({ manifestHash: bank.manifestHash, weightsHash: bank.weightsHash });
  const block = await client.getBlock({ blockNumber: epoch.commitBlock + 8n });
  expect(epoch.beacon).toBe(block.hash);
});

test("a DAO owns the demo model, whose shares three hold", async () => {
  const [, , , demo] = market().models;
  const owner = await client.readContract({
    address: contracts().registry,
    abi: ARTEFACTS.ModelRegistry.abi,
    functionName: "ownerOf",
    args: [4n],
  });
  expect(owner).toBe(demo.dao.timelock);
  const shares = await client.readContract({
    address: contracts().splitter,
    abi: ARTEFACTS.RevenueSplitter.abi,
    functionName: "sharesOf",
    args: [4n],
  });
  const held = await Promise.all(
    [4, 5, 6].map((i) =>
      client.readContract({
        address: shares,
        abi: ARTEFACTS.ModelShares.abi,
        functionName: "balanceOf",
        args: [demoAddress(i)],
      }),
    ),
  );
  expect(held).toEqual([700_000n, 200_000n, 100_000n]);
});

test("licences were bought, income was split and money waits where it should", async () => {
  const count = await client.readContract({
    address: contracts().licences,
    abi: ARTEFACTS.LicenceToken.abi,
    functionName: "licenceCount",
  });
  expect(count).toBe(5n);
  const pot = (model: bigint, token: `0x${string}`) =>
    client.readContract({
      address: contracts().splitter,
      abi: ARTEFACTS.RevenueSplitter.abi,
      functionName: "potOf",
      args: [model, token],
    });
  // The seat (0.02) and the model's 60 % of the voucher over 0.0025; 80 % of both stay with the model.
  const gross = parseEther("0.02") + parseEther("0.0015");
  expect(await pot(4n, zeroAddress)).toEqual({ gross, own: (gross * 80n) / 100n });
  // The seat in dollars; the evaluation is still in its refund window.
  expect(await pot(4n, market().testDollar)).toEqual({ gross: 60_000_000n, own: 48_000_000n });
  const [bounty] = await client.readContract({
    address: contracts().provers,
    abi: ARTEFACTS.ProverNetwork.abi,
    functionName: "bountyOf",
    args: [4n],
  });
  expect(bounty).toBe(parseEther("2"));
});

test("a second start leaves the market as it is, at another address", async () => {
  const before = market();
  const block = await client.getBlockNumber();
  await chain.stop();
  chain = await open();
  ({ client } = localClients(chain.url));
  expect(await client.getBlockNumber()).toBe(block);
  expect(market()).toEqual({ ...before, rpcUrl: chain.url });
  expect(lines).toEqual([]);
});

test("a beacon that is sealed after a restart is the hash of its block", async () => {
  const { abi } = ARTEFACTS.ModelRegistry;
  const address = contracts().registry;
  const root = `0x${"5e".repeat(32)}` as const;
  const act = (data: Hex) =>
    sendLocal(localClients(chain.url), demoAddress(0), { to: address, data });
  const commitment = { root, manifestHash: root, count: 4, width: 16 };
  await act(encodeFunctionData({ abi, functionName: "register", args: [commitment, []] }));
  await rpc(chain.url, "anvil_mine", ["0x9"]);
  await chain.stop();
  chain = await open();
  ({ client } = localClients(chain.url));
  await act(encodeFunctionData({ abi, functionName: "sealBeacon", args: [5n, 0] }));
  const epoch = await client.readContract({
    address,
    abi,
    functionName: "epochOf",
    args: [5n, 0],
  });
  const block = await client.getBlock({ blockNumber: epoch.commitBlock + 8n });
  expect(epoch.beacon).toBe(block.hash);
  // Once it is sealed, nothing has to be mined any more.
  const head = await client.getBlockNumber();
  await chain.stop();
  chain = await open();
  ({ client } = localClients(chain.url));
  expect(await client.getBlockNumber()).toBe(head);
});

test("a market of other contracts, or a chain without it, is moved aside and made anew", async () => {
  await rpc(chain.url, "anvil_setBalance", [demoAddress(0), "0x1"]);
  await chain.stop();
  writeFileSync(
    join(folder, "market.json"),
    JSON.stringify({ ...market(), marketVersion: "0x00" }),
  );
  chain = await open();
  ({ client } = localClients(chain.url));
  expect(lines.join()).toMatch(/another version of Signet; its state is now state\.other-/);
  expect(await client.getBalance({ address: demoAddress(0) })).toBeGreaterThan(parseEther("9999"));
  await chain.stop();
  rmSync(join(folder, "market.json"));
  chain = await open();
  ({ client } = localClients(chain.url));
  expect(lines.join()).toMatch(/something else than the demo market/);
  expect(market().models).toHaveLength(4);
});
