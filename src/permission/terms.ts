import type { Address, Hex } from "viem";
import { canonicalJson } from "@/fingerprint/canonicalJson.ts";
import type { Price } from "./metering.ts";
import { textHash } from "./receipt.ts";
import type { Refusal } from "./refusal.ts";

/** What a host offers. Amounts in the token's smallest unit, times in seconds. */
export interface HostTerms {
  readonly chainId: number;
  /** The usage channel contract. */
  readonly channel: Address;
  readonly host: Address;
  /** The model's number in the registry. */
  readonly model: bigint;
  /** Zero address for the coin. */
  readonly token: Address;
  readonly price: Price;
  readonly maxOutputTokens: number;
  /** Most that may be owed without a voucher. */
  readonly riskCap: bigint;
  /** Least delay of a channel's close that the host works with. */
  readonly withdrawDelay: number;
  /** The host's own words; empty for none. */
  readonly policyText: string;
}

/** Where a client stands, so that it can sign the next voucher. */
export interface ChannelState {
  readonly licence: bigint;
  readonly nextCall: bigint;
  /** What is charged and reserved, in x402 words. */
  readonly chargedCumulativeAmount: bigint;
  /** Sum of the best voucher that was taken. */
  readonly signedMaxClaimable: bigint;
  /** Deposit. */
  readonly balance: bigint;
  /** Settled on the chain. */
  readonly totalClaimed: bigint;
  /** Least sum that the refused call's voucher must have; null when the call is not known. */
  readonly leastAmount: bigint | null;
}

/**
 * Hash of the conditions that a permission is signed for: model, token, prices and the host's words. A
 * host that raises its prices needs new permissions.
 */
export function policyHash(terms: HostTerms): Hex {
  return textHash(canonicalJson(policyOf(terms)));
}

function policyOf({ model, token, price, policyText }: HostTerms) {
  return {
    model: String(model),
    policyText,
    pricePerCall: String(price.perCall),
    pricePerThousandInputTokens: String(price.perThousandInput),
    pricePerThousandOutputTokens: String(price.perThousandOutput),
    token: token.toLowerCase(),
  };
}

/**
 * Payment requirements in the field names of x402 version 2, scheme `batch-settlement`. The receiver is
 * the channel contract, which splits what it is paid; what x402 has no name for is under `extra`.
 */
export function paymentRequirements(terms: HostTerms, state: ChannelState | null) {
  const { chainId, channel, host, token, price } = terms;
  return {
    scheme: "batch-settlement",
    network: `eip155:${chainId}`,
    amount: String(price.perCall),
    asset: token,
    payTo: channel,
    maxTimeoutSeconds: 600,
    extra: {
      receiverAuthorizer: host,
      withdrawDelay: terms.withdrawDelay,
      name: "OML",
      version: "1",
      ...policyOf(terms),
      policyHash: policyHash(terms),
      maxOutputTokens: terms.maxOutputTokens,
      riskCap: String(terms.riskCap),
      permissionHeader: "X-OML-Permission",
      voucherHeader: "X-OML-Voucher",
      ...(state === null ? {} : { channelState: channelStateJson(state) }),
    },
  };
}

/** The state as JSON: integers as decimal strings. */
export function channelStateJson(state: ChannelState): Record<string, string> {
  const json: Record<string, string> = {};
  for (const [key, value] of Object.entries(state)) {
    if (value !== null) json[key] = String(value);
  }
  return json;
}

/**
 * Body of a refusal: the error as OpenAI's clients read it, and payment requirements when paying or
 * signing can mend it.
 */
export function refusalBody(
  refusal: Refusal,
  terms: HostTerms,
  state: ChannelState | null,
  resourceUrl: string,
) {
  const { code, message, hint, details, status } = refusal;
  return {
    error: { code, type: "oml_refusal", message: `${message} ${hint}`, hint, details, param: null },
    ...(status === 503
      ? {}
      : {
          x402Version: 2,
          resource: { url: resourceUrl, mimeType: "application/json" },
          accepts: [paymentRequirements(terms, state)],
        }),
  };
}
