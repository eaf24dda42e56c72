import type { Address } from "viem";
import { isAddress } from "viem";
import * as v from "valibot";
import { chainAddressesSchema } from "./addresses/schema.ts";

const address = v.custom<Address>(
  (value) => typeof value === "string" && isAddress(value, { strict: false }),
  "expected an address",
);

const localMarketSchema = v.object({
  format: v.literal("signet-chain"),
  version: v.literal(1),
  /** Where the node is asked, relative to the page. */
  rpc: v.pipe(v.string(), v.regex(/^\/[a-z/]*$/)),
  /** Where the node itself is, for wallets, which have no part in the page's origin. */
  rpcUrl: v.pipe(v.string(), v.url()),
  addresses: chainAddressesSchema,
  testDollar: address,
  /** What the demo market calls its models; the chain itself has no names. */
  models: v.array(v.object({ id: v.number(), name: v.string() })),
  cast: v.array(
    v.object({
      index: v.number(),
      role: v.string(),
      name: v.string(),
      about: v.string(),
      address,
    }),
  ),
});

/** What `/chain.json` tells of the local chain, as far as the page needs it. */
export type LocalMarket = v.InferOutput<typeof localMarketSchema>;

/**
 * Asks the page's own server for its local chain.
 *
 * @returns null when none runs, which is the common case on public hosts
 */
export async function fetchLocalMarket(): Promise<LocalMarket | null> {
  let answer: Response;
  try {
    answer = await fetch(new URL(`${import.meta.env.BASE_URL}chain.json`, document.baseURI), {
      cache: "no-store",
      headers: { accept: "application/json" },
    });
  } catch {
    return null;
  }
  // Hosts that answer everything with their page do not have one either.
  if (!answer.ok || answer.headers.get("content-type")?.includes("json") !== true) return null;
  const parsed = v.safeParse(localMarketSchema, await answer.json().catch(() => null));
  return parsed.success ? parsed.output : null;
}
