import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import { stampOf, type ChainLog } from "../log.ts";
import { keyOf, NATIVE } from "../state.ts";

/** Usage channels, their sessions and settlements. */
export function reduceChannel(draft: Draft, event: EventOf<"channel">, log: ChainLog): void {
  switch (event.eventName) {
    case "ChannelOpened": {
      const { licence, host, holder, model, token, maxCalls, withdrawDelay } = event.args;
      const key = keyOf(licence, host);
      return draft.set("channels", key, {
        licence,
        host,
        holder,
        model,
        token,
        deposit: 0n,
        settled: 0n,
        calls: draft.get("channels", key)?.calls ?? 0n,
        maxCalls,
        withdrawDelay,
        opened: stampOf(log),
        closesAt: null,
        closed: null,
        returned: 0n,
      });
    }
    case "ToppedUp": {
      const { licence, host, total } = event.args;
      return draft.update("channels", keyOf(licence, host), (old) => ({ ...old, deposit: total }));
    }
    case "SessionActivated": {
      const { licence, host, sessionKey, expires, maxCalls, maxAmount } = event.args;
      return draft.set("sessions", keyOf(licence, host), {
        key: sessionKey,
        expires,
        maxCalls,
        maxAmount,
        activated: stampOf(log),
        revoked: false,
      });
    }
    case "Revoked":
      return draft.update("sessions", keyOf(event.args.licence, event.args.host), (old) => ({
        ...old,
        revoked: true,
      }));
    case "CloseRequested": {
      const { licence, host, closesAt } = event.args;
      return draft.update("channels", keyOf(licence, host), (old) => ({ ...old, closesAt }));
    }
    case "ChannelClosed": {
      const { licence, host, returned } = event.args;
      draft.delete("sessions", keyOf(licence, host));
      return draft.update("channels", keyOf(licence, host), (old) => ({
        ...old,
        returned,
        closed: stampOf(log),
      }));
    }
    case "Settled": {
      const { licence, host, calls, amount, lastInputHash } = event.args;
      const key = keyOf(licence, host);
      const channel = draft.get("channels", key);
      draft.set("settlements", keyOf(log.blockNumber, log.logIndex), {
        licence,
        host,
        model: channel?.model ?? 0n,
        token: channel?.token ?? NATIVE,
        calls,
        amount,
        lastInputHash,
        at: stampOf(log),
      });
      return draft.update("channels", key, (old) => ({
        ...old,
        calls: old.calls + calls,
        settled: old.settled + amount,
      }));
    }
    case "EntryPaused":
      return draft.set("pauses", "channel", event.args.until);
    case "EntryResumed":
      return draft.delete("pauses", "channel");
    case "EIP712DomainChanged":
      return undefined;
  }
}
