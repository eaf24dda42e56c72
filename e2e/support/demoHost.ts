import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importTypeScript } from "../../scripts/lib/chain/bundle.mjs";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { test as chainTest } from "./chain.ts";

type HostCode = typeof import("../../scripts/lib/gateway/demoHost.ts");

/**
 * The studio with its chain and the demo market's own host, as `npm start` serves them: the real gateway
 * in front of the demo model.
 */
export const test = chainTest.extend<{ settleEverySeconds: number }, { hostCode: HostCode }>({
  settleEverySeconds: [60, { option: true }],
  // Bundled once for all tests of a worker.
  hostCode: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
    async ({}, use) => use(await importTypeScript<HostCode>("scripts/lib/gateway/demoHost.ts")),
    { scope: "worker" },
  ],
  hosts: async ({ chain, hostCode, settleEverySeconds }, use) => {
    const folder = await mkdtemp(join(tmpdir(), "signet-e2e-host-"));
    const served = await hostCode.startDemoHost({
      rpcUrl: chain.rpcUrl,
      marketFile: chain.marketFile,
      folder,
      modelFolder: join(ROOT, "public", "demo"),
      settleEverySeconds,
      log: () => {},
    });
    await use([{ name: "demo", url: served.url }]);
    await served.stop();
    await rm(folder, { recursive: true, force: true });
  },
});

export { expect } from "@playwright/test";
