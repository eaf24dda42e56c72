import { isAddressEqual, type Address } from "viem";
import type { ChainState } from "../indexer/state.ts";
import type { Channel, Session } from "../indexer/stateUse.ts";

/**
 * `unsigned`: open, and no permission is on the chain. `expired`: its permission has run out.
 * `closing`: a close was asked for and cannot be finished yet. `closable`: it can.
 */
export type ChannelStanding = "unsigned" | "active" | "expired" | "closing" | "closable" | "closed";

export interface ChannelRow {
  readonly key: string;
  readonly channel: Channel;
  readonly session: Session | null;
  readonly standing: ChannelStanding;
}

/** Every channel that an account ever opened, those that are open first, the latest first. */
export function channelRows(
  state: ChainState,
  holder: Address,
  nowSeconds: bigint,
): readonly ChannelRow[] {
  const rows: ChannelRow[] = [];
  for (const [key, channel] of state.channels) {
    if (!isAddressEqual(channel.holder, holder)) continue;
    const session = state.sessions.get(key) ?? null;
    rows.push({ key, channel, session, standing: standingOf(channel, session, nowSeconds) });
  }
  const isClosed = ({ standing }: ChannelRow) => (standing === "closed" ? 1 : 0);
  return rows.toSorted(
    (a, b) => isClosed(a) - isClosed(b) || Number(b.channel.opened.block - a.channel.opened.block),
  );
}

export function standingOf(
  channel: Pick<Channel, "closed" | "closesAt">,
  session: Pick<Session, "revoked" | "expires"> | null,
  nowSeconds: bigint,
): ChannelStanding {
  if (channel.closed !== null) return "closed";
  if (channel.closesAt !== null) {
    return nowSeconds >= channel.closesAt ? "closable" : "closing";
  }
  if (session === null || session.revoked) return "unsigned";
  return nowSeconds >= session.expires ? "expired" : "active";
}
