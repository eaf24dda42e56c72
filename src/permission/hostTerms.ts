import { getAddress, isAddress, type Address } from "viem";
import * as v from "valibot";
import { policyHash, type HostTerms } from "./terms.ts";

const amount = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9][0-9]{0,38})$/),
  v.transform((text) => BigInt(text)),
);
const address = v.pipe(
  v.custom<Address>((value) => typeof value === "string" && isAddress(value, { strict: false })),
  v.transform((text) => getAddress(text)),
);
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const offerSchema = v.object({
  scheme: v.literal("batch-settlement"),
  network: v.pipe(v.string(), v.regex(/^eip155:[1-9][0-9]{0,14}$/)),
  asset: address,
  payTo: address,
  extra: v.object({
    receiverAuthorizer: address,
    withdrawDelay: whole,
    name: v.literal("OML"),
    version: v.literal("1"),
    model: amount,
    policyText: v.pipe(v.string(), v.maxLength(65_536)),
    pricePerCall: amount,
    pricePerThousandInputTokens: amount,
    pricePerThousandOutputTokens: amount,
    policyHash: v.string(),
    maxOutputTokens: v.pipe(whole, v.minValue(1)),
    riskCap: amount,
  }),
});

const termsSchema = v.object({ accepts: v.array(v.unknown()) });

/**
 * Reads what a host answers at `/oml/v1/terms`. Everything in it is the host's word.
 *
 * @returns null when nothing in it is of this scheme, or its hash is not that of what it says
 */
export function readHostTerms(body: unknown): HostTerms | null {
  const list = v.safeParse(termsSchema, body);
  if (!list.success) return null;
  for (const entry of list.output.accepts) {
    const parsed = v.safeParse(offerSchema, entry);
    if (!parsed.success) continue;
    const { network, asset, payTo, extra } = parsed.output;
    const terms: HostTerms = {
      chainId: Number(network.slice("eip155:".length)),
      channel: payTo,
      host: extra.receiverAuthorizer,
      model: extra.model,
      token: asset,
      price: {
        perCall: extra.pricePerCall,
        perThousandInput: extra.pricePerThousandInputTokens,
        perThousandOutput: extra.pricePerThousandOutputTokens,
      },
      maxOutputTokens: extra.maxOutputTokens,
      riskCap: extra.riskCap,
      withdrawDelay: extra.withdrawDelay,
      policyText: extra.policyText,
    };
    if (policyHash(terms) === extra.policyHash) return terms;
  }
  return null;
}
