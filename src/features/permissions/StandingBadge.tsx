import type { ReactNode } from "react";
import type { ChannelStanding } from "@/chain/permissions/channelRows.ts";
import { Badge, type Tone } from "@/ui/Badge.tsx";

const STANDINGS: Record<ChannelStanding, readonly [Tone, string]> = {
  unsigned: ["accent", "open, no permission"],
  active: ["good", "active"],
  expired: ["warn", "permission expired"],
  closing: ["warn", "closing"],
  closable: ["warn", "can be closed"],
  closed: ["neutral", "closed"],
};

export function StandingBadge({ standing }: { standing: ChannelStanding }): ReactNode {
  const [tone, text] = STANDINGS[standing];
  return <Badge tone={tone}>{text}</Badge>;
}
