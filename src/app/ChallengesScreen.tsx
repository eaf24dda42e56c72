import type { ReactNode } from "react";
import { Challenges } from "@/features/challenges/Challenges.tsx";
import { MarketNav } from "./MarketNav.tsx";

/** Beside the market's screens, but not below their layout: it needs no chain. */
export function ChallengesScreen(): ReactNode {
  return (
    <>
      <MarketNav />
      <Challenges />
    </>
  );
}
