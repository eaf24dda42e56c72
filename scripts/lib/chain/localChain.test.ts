import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BadInput } from "../badInput.mjs";
import { freePort, startAnvil } from "./anvil.mjs";
import { foundryBinary } from "../foundryBinary.mjs";
import { ForeignState, openLocalChain } from "./localChain.mjs";
import type { LocalChain, LocalChainOptions } from "./localChain.mjs";
import { isAlive, readLock, takeLock } from "./lock.mjs";
import { rpc } from "./rpc.mjs";

const HOLDER = "0x00000000000000000000000000000000000000aa";

let folder: string;
const open: LocalChain[] = [];
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signet-chain-"));
  lines.length = 0;
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((chain) => chain.stop()));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function start(options: Partial<LocalChainOptions> = {}): Promise<LocalChain> {
  const chain = await openLocalChain({
    folder,
    port: 0,
    fill: async () => {},
    log: (line) => lines.push(line),
    ...options,
  });
  open.push(chain);
  return chain;
}

const setBalance = (url: string, value: string) => rpc(url, "anvil_setBalance", [HOLDER, value]);
const balance = (url: string) => rpc(url, "eth_getBalance", [HOLDER, "latest"]);

test("state, blocks and logs outlive a restart, and time does not run backwards", async () => {
  const first = await start();
  await setBalance(first.url, "0x2a");
  // Creation code that emits one log without topics and leaves an empty contract.
  const [from] = await rpc<string[]>(first.url, "eth_accounts");
  await rpc(first.url, "eth_sendTransaction", [{ from, data: "0x60006000a000" }]);
  await rpc(first.url, "evm_increaseTime", [90_000]);
  await rpc(first.url, "anvil_mine", ["0x3"]);
  const block = { fromBlock: "0x0", toBlock: "latest" };
  const logs = await rpc(first.url, "eth_getLogs", [block]);
  expect(logs).toHaveLength(1);
  const tip = await rpc<Block>(first.url, "eth_getBlockByNumber", ["latest", false]);
  await first.stop();
  expect(existsSync(join(folder, "lock.json"))).toBe(false);

  const second = await start();
  expect(await balance(second.url)).toBe("0x2a");
  expect(await rpc(second.url, "eth_getLogs", [block])).toEqual(logs);
  await rpc(second.url, "anvil_mine", ["0x1"]);
  const next = await rpc<Block>(second.url, "eth_getBlockByNumber", ["latest", false]);
  expect(next.parentHash).toBe(tip.hash);
  expect(Number(next.timestamp)).toBeGreaterThanOrEqual(Number(tip.timestamp));
  expect(lines).toEqual([]);
});

interface Block {
  hash: string;
  parentHash: string;
  timestamp: string;
}

test("block hashes stay readable by contracts through the history of EIP-2935", async () => {
  const { url } = await start();
  await rpc(url, "anvil_mine", [`0x${(400).toString(16)}`]);
  const block = await rpc<Block>(url, "eth_getBlockByNumber", ["0x5", false]);
  const history = "0x0000F90827F1C53a10cb7A02335B175320002935";
  const call = { to: history, data: `0x${"5".padStart(64, "0")}` };
  expect(await rpc(url, "eth_call", [call, "latest"])).toBe(block.hash);
});

test("a damaged state is moved aside for the last good one, and without one for none", async () => {
  for (const value of ["0x1", "0x2"]) {
    const chain = await start();
    await setBalance(chain.url, value);
    await chain.stop();
  }
  // The copy that was good when the last chain began.
  writeFileSync(
    join(folder, "state.json"),
    readFileSync(join(folder, "state.json")).subarray(0, 99),
  );
  const restored = await start();
  expect(await balance(restored.url)).toBe("0x1");
  expect(lines.join()).toMatch(/could not be read.*state\.damaged-.*last good copy/);
  await restored.stop();

  for (const name of ["state.json", "state.backup.json"]) writeFileSync(join(folder, name), "{}");
  const fresh = await start();
  expect(await balance(fresh.url)).toBe("0x0");
  expect(lines.join()).toMatch(/starting afresh/);
  const aside = () => readdirSync(folder).filter((name) => name.includes("damaged"));
  expect(aside()).toHaveLength(3);
  await fresh.stop();

  const [oldest] = aside().sort();
  writeFileSync(join(folder, "state.json"), "junk");
  await start();
  expect(aside()).toHaveLength(3);
  expect(aside()).not.toContain(oldest);
});

test("another's chain is moved aside once, and filled anew", async () => {
  const first = await start();
  await setBalance(first.url, "0x5");
  await first.stop();
  const fill = async (url: string) => {
    if ((await balance(url)) !== "0x0") throw new ForeignState("Something else is on this chain");
  };
  const second = await start({ fill });
  expect(await balance(second.url)).toBe("0x0");
  expect(lines.join()).toMatch(/Something else.*state\.other-/);
});

test("a fill that fails leaves neither process nor lock behind", async () => {
  let url = "";
  const fill = async (at: string) => {
    url = at;
    throw new Error("no");
  };
  await expect(start({ fill })).rejects.toThrow("no");
  await expect(rpc(url, "eth_chainId")).rejects.toThrow();
  expect(existsSync(join(folder, "lock.json"))).toBe(false);
});

test("reset forgets everything", async () => {
  const first = await start();
  await setBalance(first.url, "0x7");
  await first.stop();
  expect(await balance((await start({ reset: true })).url)).toBe("0x0");
});

test("a second start joins the chain that runs, and cannot reset it", async () => {
  const first = await start();
  await setBalance(first.url, "0x9");
  const second = await start({ fill: () => Promise.reject(new Error("filled twice")) });
  expect(second).toMatchObject({ shared: true, url: first.url });
  await second.stop();
  expect(await balance(first.url)).toBe("0x9");
  await expect(start({ reset: true })).rejects.toThrow(BadInput);
  await expect(start({ reset: true })).rejects.toThrow(/in use by process \d+; stop it/);
  expect(await balance(first.url)).toBe("0x9");
});

test("a start waits while another is filling the chain, and says when that takes too long", async () => {
  let done = () => {};
  const filling = new Promise<void>((resolve) => {
    done = resolve;
  });
  const first = start({ fill: () => filling });
  while (!existsSync(join(folder, "lock.json"))) await new Promise((r) => setTimeout(r, 10));
  await expect(start({ waitMs: 300 })).rejects.toThrow(/stop it or remove .*lock\.json/);
  const second = start();
  done();
  expect((await second).url).toBe((await first).url);
});

test("locks of dead processes and lock files that are none are taken over", async () => {
  const lock = join(folder, "lock.json");
  const dead = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => dead.once("exit", resolve));
  for (const text of [JSON.stringify({ pid: dead.pid, url: null }), "", "[1]", '{"pid":-1}']) {
    writeFileSync(lock, text);
    expect(takeLock(lock)).toBeNull();
    expect(readLock(lock)).toEqual({ pid: process.pid, url: null });
  }
  expect(takeLock(lock)).toEqual({ pid: process.pid, url: null });
});

test("a lock whose process lives but runs no chain is taken over", async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, "lock.json"), JSON.stringify({ pid: process.pid, url }));
  expect((await start()).shared).toBe(false);
});

test("no anvil outlives a parent that is killed, and its state is written", async () => {
  const script = `
    import { startAnvil } from ${JSON.stringify(new URL("anvil.mjs", import.meta.url).href)};
    const anvil = await startAnvil({ port: 0, stateFile: process.argv[1] });
    console.log(JSON.stringify({ url: anvil.url, pid: anvil.pid }));
    setInterval(() => {}, 1000);`;
  const state = join(folder, "killed.json");
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script, state], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await new Promise<string>((resolve) =>
    parent.stdout.once("data", (chunk) => resolve(String(chunk))),
  );
  const { url, pid }: { url: string; pid: number } = JSON.parse(said);
  await setBalance(url, "0x63");
  parent.kill("SIGKILL");
  for (let i = 0; i < 300 && isAlive(pid); i += 1) await new Promise((r) => setTimeout(r, 50));
  expect(isAlive(pid)).toBe(false);
  await expect(rpc(url, "eth_chainId")).rejects.toThrow();
  const anvil = await startAnvil({ port: 0, stateFile: state });
  expect(await balance(anvil.url)).toBe("0x63");
  await anvil.stop();
});

test("a port that was asked for and is taken is bad input, and a website gets no answer", async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(startAnvil({ port })).rejects.toThrow(`Port ${port} is taken`);
  const ask = (type: string) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": type, origin: "https://elsewhere.example" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_accounts", params: [] }),
    });
  expect((await ask("application/json")).headers.get("access-control-allow-origin")).toBeNull();
  expect(await (await ask("text/plain")).text()).not.toContain("result");
});

test("machines that have no anvil are told so", () => {
  expect(() => foundryBinary("anvil", "freebsd", "x64")).toThrow(/no anvil for freebsd on x64/);
  expect(() => foundryBinary("anvil", "win32", "x64")).toThrow(/npm ci/);
});
