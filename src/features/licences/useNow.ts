import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useChain } from "@/chain/chainContext.ts";
import { chainClock } from "@/chain/queries/clock.ts";

const TICK_MS = 15_000;

/** Unix seconds as the chain will count them: this device's clock, but never behind the last block. */
export function useNow(): bigint {
  const { config, deployment } = useChain();
  const { data } = useQuery(chainClock(config, deployment));
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const device = BigInt(Math.floor(nowMs / 1000));
  return data !== undefined && data > device ? data : device;
}
