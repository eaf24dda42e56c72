import { AppError, type AppErrorOptions } from "@/lib/errors.ts";

/**
 * Why a host serves nothing, with the HTTP status that goes with it, one sentence, and what the caller
 * can do. 402: a payment or licence is missing; 401: something signed is not right; 403: it is right, but
 * not for this; 409: it does not follow what came before; 503: the host cannot tell at present.
 */
export const REFUSALS = {
  "permission-missing": [
    402,
    "This host serves holders of a licence, and the request carries no permission string.",
    "Send it as Authorization: Bearer oml1.… or as X-OML-Permission.",
  ],
  "permission-malformed": [
    401,
    "The permission string cannot be read.",
    "Copy it again in full; it begins with oml1. and has three parts.",
  ],
  "permission-forged": [
    401,
    "The permission string was not signed by the holder that it names.",
    "Sign a new one with the wallet that holds the licence.",
  ],
  "wrong-chain": [
    403,
    "The permission string is for another chain.",
    "Sign one for the chain in the host's terms.",
  ],
  "wrong-contract": [
    403,
    "The permission string is for another usage channel contract.",
    "Sign one for the contract in the host's terms.",
  ],
  "wrong-host": [
    403,
    "The permission string is for another host.",
    "Sign one for the host's address in its terms.",
  ],
  "wrong-model": [
    403,
    "The licence is for another model.",
    "Use a licence of the model in the host's terms.",
  ],
  "wrong-policy": [
    403,
    "The permission was signed for other conditions than the host has now.",
    "Read the host's terms again and sign a new permission if they suit.",
  ],
  "wrong-token": [
    403,
    "The channel pays in another token than the host asks for.",
    "Open a channel in the token of the host's terms.",
  ],
  "not-yet-valid": [
    403,
    "The permission is not in force yet.",
    "Wait for its first second, or compare your clock.",
  ],
  "permission-expired": [403, "The permission has expired.", "Sign a new one."],
  "permission-revoked": [
    403,
    "The permission was revoked or replaced by a later one.",
    "Sign a new one with the channel's present nonce.",
  ],
  "licence-expired": [403, "The licence has expired.", "Renew the licence, then try again."],
  "licence-moved": [
    403,
    "The licence does not belong to the permission's holder.",
    "Use a licence that the signing wallet holds.",
  ],
  "channel-missing": [
    402,
    "There is no open channel between this licence and this host.",
    "Open one with a deposit, then try again.",
  ],
  "channel-closing": [
    403,
    "The channel is being closed, so that nothing new is served.",
    "Wait for the close and open a new channel.",
  ],
  "over-calls": [
    402,
    "The call is above what the permission or the licence allows.",
    "Sign a permission for more calls, or renew the licence.",
  ],
  "over-amount": [
    402,
    "The sum is above what the permission allows.",
    "Sign a permission for a higher sum.",
  ],
  "over-deposit": [402, "The sum is above the channel's deposit.", "Top the channel up."],
  "over-risk": [
    503,
    "The chain cannot be reached, and the host takes no more on trust.",
    "Try again in a minute.",
  ],
  "voucher-missing": [
    402,
    "The request carries no voucher.",
    "Sign one for this call and send it as X-OML-Voucher.",
  ],
  "voucher-malformed": [
    401,
    "The voucher cannot be read.",
    "Send it as it was encoded; it begins with omlv1.",
  ],
  "voucher-forged": [
    401,
    "The voucher was not signed by the session key that the permission names.",
    "Sign it with that key, for this chain and contract.",
  ],
  "voucher-other": [
    403,
    "The voucher is for another licence or another host.",
    "Sign one for the licence and host of the permission.",
  ],
  "voucher-input": [
    403,
    "The voucher names another input than this request's.",
    "Sign the SHA-256 of the text that is sent.",
  ],
  "voucher-stale": [
    409,
    "The voucher was used before or is older than one that was used.",
    "Sign the next call's number; the answer says which.",
  ],
  "voucher-ahead": [
    409,
    "The voucher leaves calls out.",
    "Sign the next call's number; the answer says which.",
  ],
  "voucher-low": [
    402,
    "The voucher's sum does not cover this call.",
    "Sign at least the sum that the answer names.",
  ],
  "session-busy": [
    409,
    "Calls of the session before are under way, or a new one is being put on the chain.",
    "Wait for their answers, then try again.",
  ],
  "chain-unavailable": [
    503,
    "The host cannot read the chain.",
    "Try again in a minute; tell the host if it lasts.",
  ],
} as const satisfies Record<string, readonly [status: number, message: string, hint: string]>;

/** Stable names of the refusals. */
export type RefusalCode = keyof typeof REFUSALS;

/** A call that is not served, and why; safe to send to the caller. */
export class Refusal extends AppError<RefusalCode> {
  /** HTTP status. */
  readonly status: number;

  constructor(code: RefusalCode, options: AppErrorOptions = {}) {
    const [status, message, hint] = REFUSALS[code];
    super(code, message, hint, options);
    this.status = status;
  }
}

/** Ends the call. @throws Refusal always */
export function refuse(code: RefusalCode, details?: string): never {
  throw new Refusal(code, details === undefined ? {} : { details });
}
