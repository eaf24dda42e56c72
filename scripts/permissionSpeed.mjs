// @ts-check
// Measures what a host computes for each call without the chain: node scripts/permissionSpeed.mjs
import { importTypeScript } from "./lib/chain/bundle.mjs";

const WARM_UP = 50;
const ROUNDS = 500;

/** @type {typeof import("../src/permission/verify.ts")} */
const { verifyPermission, verifyVoucher } = await importTypeScript("src/permission/verify.ts");
/** @type {typeof import("../src/permission/testing/world.ts")} */
const world = await importTypeScript("src/permission/testing/world.ts");

const text = await world.permissionString();
const voucher = await world.voucherString(world.voucherOf(1n, 10n));
const context = { ...world.DOMAIN, host: world.host.address, nowSeconds: world.NOW };

/** @param {string} name @param {() => Promise<unknown>} act */
async function measure(name, act) {
  const times = [];
  let usage = process.cpuUsage();
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    if (round === 0) usage = process.cpuUsage();
    const startedAt = performance.now();
    await act();
    if (round >= 0) times.push(performance.now() - startedAt);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ part) => sorted[Math.floor(part * ROUNDS)].toFixed(2);
  const { user, system } = process.cpuUsage(usage);
  const cpuMs = ((user + system) / 1_000 / ROUNDS).toFixed(2);
  console.log(
    `${name.padEnd(24)} ${cpuMs} ms of processor time; median ${at(0.5)} ms, 95 % within ${at(0.95)} ms`,
  );
}

const permission = await verifyPermission(text, context);
await measure("permission string", () => verifyPermission(text, context));
await measure("voucher", () => verifyVoucher(voucher, permission));
await measure("both", async () => verifyVoucher(voucher, await verifyPermission(text, context)));
const known = { ...context, verified: new Set([text]) };
await measure("both, string known", async () =>
  verifyVoucher(voucher, await verifyPermission(text, known)),
);
