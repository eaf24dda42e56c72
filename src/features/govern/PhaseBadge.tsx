import type { ReactNode } from "react";
import type { Phase } from "@/chain/governance/proposalState.ts";
import { Badge } from "@/ui/Badge.tsx";
import { PHASE_TONES, PHASE_WORDS } from "./copy.ts";

export function PhaseBadge({ phase }: { phase: Phase }): ReactNode {
  return <Badge tone={PHASE_TONES[phase]}>{PHASE_WORDS[phase]}</Badge>;
}
