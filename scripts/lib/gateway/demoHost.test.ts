import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../paths.mjs";
import { startDemoHost } from "./demoHost.ts";
import { Caller } from "./testing/caller.ts";
import { openMarket } from "./testing/market.ts";

test("the demo host serves holders, keeps its books over a restart, and one runs to a chain", async () => {
  const market = await openMarket();
  const folder = join(market.folder, "host");
  mkdirSync(folder);
  writeFileSync(join(folder, "books-of-another-chain.sqlite"), "");
  const options = {
    rpcUrl: market.url,
    marketFile: join(market.folder, "market.json"),
    folder,
    modelFolder: join(ROOT, "public/demo"),
    log: () => {},
  };
  const host = await startDemoHost(options);
  expect(readdirSync(folder)).not.toContain("books-of-another-chain.sqlite");
  const second = await startDemoHost(options);
  expect(second.url).toBe(host.url);
  await second.stop();

  const caller = new Caller(await market.hold(), market.domain);
  const voucher = await caller.voucher(
    { nextCall: 1n, committed: 0n },
    10n ** 15n,
    "Once upon a time",
  );
  const answer = await caller.chat(host.url, "Once upon a time", voucher, { max_tokens: 8 });
  expect(answer.status).toBe(200);
  const { choices } = await answer.json();
  expect(choices[0].message.content.length).toBeGreaterThan(5);
  const position = await caller.position(host.url);
  expect(position.nextCall).toBe(2n);
  await host.stop();
  await expect(fetch(`${host.url}/healthz`)).rejects.toThrow();

  const again = await startDemoHost(options);
  expect(await caller.position(again.url)).toEqual(position);
  await again.stop();
  await market.close();
}, 60_000);
