// @ts-check
// Writes src/chain/market/demoBanks.json: node scripts/lib/chain/makeDemoBanks.mjs. The result depends
// on nothing but public/demo and the public master secrets named in src/chain/market.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOnStderr } from "../install.mjs";
import { ROOT } from "../paths.mjs";
import { importTypeScript } from "./bundle.mjs";

/** @type {typeof import("../../../src/chain/market/makeDemoBanks.ts")} */
const { makeDemoBanks } = await importTypeScript("src/chain/market/makeDemoBanks.ts");
const folder = join(ROOT, "public/demo");
const files = readdirSync(folder).map((path) => ({
  path,
  bytes: new Uint8Array(readFileSync(join(folder, path))),
}));
const banks = await makeDemoBanks(files);
const target = join(ROOT, "src/chain/market/demoBanks.json");
writeFileSync(target, `${JSON.stringify(banks)}\n`);
await runOnStderr(process.execPath, [join(ROOT, "node_modules/oxfmt/bin/oxfmt"), target]);
console.log(`Wrote ${banks.length} banks to ${target}`);
