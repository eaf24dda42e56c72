import type { Standing } from "@/chain/licences/rules.ts";
import type { LicenceEvent } from "@/chain/indexer/state.ts";
import type { Tone } from "@/ui/Badge.tsx";

export const TONES: Readonly<Record<Standing, Tone>> = {
  "in force": "good",
  expiring: "warn",
  expired: "bad",
  "given up": "neutral",
  returned: "neutral",
};

export const EVENTS: Readonly<Record<LicenceEvent["what"], string>> = {
  bought: "Bought",
  renewed: "Renewed",
  refunded: "Returned",
  cancelled: "Given up",
};
