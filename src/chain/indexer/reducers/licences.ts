import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import { stampOf, type ChainLog } from "../log.ts";
import { keyOf, NATIVE, type KindTerms, type LicenceKind } from "../state.ts";

/** Largest number of 64 bits: no limit on calls, or no end. */
export const ENDLESS = 2n ** 64n - 1n;

/** Kinds, prices, sales and the life of licences. */
export function reduceLicences(draft: Draft, event: EventOf<"licences">, log: ChainLog): void {
  switch (event.eventName) {
    case "KindSet": {
      const { model, kind, version, termsHash, terms } = event.args;
      return changeKind(draft, model, kind, (old) => ({
        ...old,
        versions: [...old.versions, { version, termsHash, ...terms }],
      }));
    }
    case "PriceSet": {
      const { model, kind, token, price, listed } = event.args;
      return changeKind(draft, model, kind, (old) => {
        const prices = new Map(old.prices);
        if (listed) prices.set(token, price);
        else prices.delete(token);
        return { ...old, prices };
      });
    }
    case "SaleSet": {
      const { model, kind, open } = event.args;
      return changeKind(draft, model, kind, (old) => ({ ...old, open }));
    }
    case "LicenceBought":
      return bought(draft, event.args, log);
    case "LicenceRenewed": {
      const { licence, version, expires } = event.args;
      return draft.update("licences", licence, (old) => {
        const sold = termsOf(draft, old.model, old.kind, version);
        const quota =
          sold === undefined || sold.quota === 0n ? ENDLESS : add(old.quota, sold.quota);
        const history = [...old.history, { what: "renewed" as const, at: stampOf(log) }];
        // What was given up can be renewed.
        return { ...old, version, expires, quota, history, ended: null };
      });
    }
    case "LicenceRefunded":
      return draft.update("licences", event.args.licence, (old) => ({
        ...old,
        escrow: null,
        history: [...old.history, { what: "refunded" as const, at: stampOf(log) }],
        ended: "refunded" as const,
      }));
    case "LicenceCancelled":
      return draft.update("licences", event.args.licence, (old) => ({
        ...old,
        history: [...old.history, { what: "cancelled" as const, at: stampOf(log) }],
        ended: "cancelled" as const,
      }));
    case "EscrowReleased":
      return draft.update("licences", event.args.licence, (old) => ({ ...old, escrow: null }));
    case "SubscriptionUpdate":
      return draft.update("licences", event.args.tokenId, (old) => ({
        ...old,
        expires: event.args.expiration,
      }));
    case "ChannelsChanged": {
      const { licence, channels, quotaLeft } = event.args;
      return draft.update("licences", licence, (old) => ({ ...old, channels, quota: quotaLeft }));
    }
    case "Transfer": {
      const { to, tokenId } = event.args;
      // A minted licence gets its holder from the purchase; a burnt one keeps its last.
      if (to === NATIVE) return undefined;
      return draft.update("licences", tokenId, (old) => ({ ...old, holder: to }));
    }
    case "UpdateUser": {
      const { tokenId, user, expires } = event.args;
      return draft.update("licences", tokenId, (old) => ({
        ...old,
        user: user === NATIVE ? null : user,
        userExpires: expires,
      }));
    }
    case "EntryPaused":
      return draft.set("pauses", "licences", event.args.until);
    case "EntryResumed":
      return draft.delete("pauses", "licences");
    case "Approval":
    case "ApprovalForAll":
      return undefined;
  }
}

function bought(
  draft: Draft,
  args: Extract<EventOf<"licences">, { eventName: "LicenceBought" }>["args"],
  log: ChainLog,
): void {
  const { model, licence, to, payer, kind, version, token, price, expires } = args;
  const sold = termsOf(draft, model, kind, version);
  const window = BigInt(sold?.refundWindow ?? 0);
  draft.set("licences", licence, {
    id: licence,
    model,
    kind,
    version,
    holder: to,
    payer,
    token,
    price,
    bought: stampOf(log),
    expires,
    quota: sold === undefined || sold.quota === 0n ? ENDLESS : sold.quota,
    channels: 0,
    escrow: window === 0n ? null : { token, amount: price, until: log.timeSeconds + window },
    user: null,
    userExpires: 0n,
    history: [{ what: "bought", at: stampOf(log) }],
    ended: null,
  });
}

function termsOf(
  draft: Draft,
  model: bigint,
  kind: number,
  version: number,
): KindTerms | undefined {
  return draft.get("kinds", keyOf(model, kind))?.versions.find((sold) => sold.version === version);
}

function changeKind(
  draft: Draft,
  model: bigint,
  kind: number,
  change: (old: LicenceKind) => LicenceKind,
): void {
  const key = keyOf(model, kind);
  const old = draft.get("kinds", key);
  draft.set(
    "kinds",
    key,
    change(old ?? { model, kind, versions: [], open: false, prices: new Map() }),
  );
}

/** Adds calls, and stays at the most that there can be short of endless, as the licence token does. */
function add(left: bigint, more: bigint): bigint {
  if (left === ENDLESS) return ENDLESS;
  return left + more < ENDLESS ? left + more : ENDLESS - 1n;
}
