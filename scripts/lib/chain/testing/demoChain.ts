import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { chainAddressesSchema, type ChainAddresses } from "@/chain/addresses/schema.ts";
import { fillDemoMarket } from "../demoMarket.mjs";
import { openLocalChain } from "../localChain.mjs";
import { localClients, type Clients } from "../sender.mjs";

/** A local chain with the demo market on it, in a folder of its own. */
export interface DemoChain extends Clients {
  folder: string;
  url: string;
  addresses: ChainAddresses;
  /** Stops the node and removes the folder. */
  stop: () => Promise<void>;
}

export async function openDemoChain(): Promise<DemoChain> {
  const folder = mkdtempSync(join(tmpdir(), "signet-demo-"));
  const chain = await openLocalChain({ folder, port: 0, fill: fillDemoMarket });
  const file: unknown = JSON.parse(readFileSync(chain.marketFile, "utf8"));
  const { addresses } = v.parse(v.object({ addresses: chainAddressesSchema }), file);
  return {
    ...localClients(chain.url),
    folder,
    url: chain.url,
    addresses,
    stop: async () => {
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
