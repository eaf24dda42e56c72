import { useEffect, useState } from "react";

const now = () => BigInt(Math.floor(Date.now() / 1_000));

/** Unix seconds of this device, counting on. */
export function useNow(): bigint {
  const [seconds, setSeconds] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
