import { useEffect, useState } from "react";

/** Keeps the screen on while `active`, again after the page was hidden. True while it is held. */
export function useWakeLock(active: boolean): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!active || !("wakeLock" in navigator)) return undefined;
    let sentinel: WakeLockSentinel | null = null;
    let stopped = false;
    const acquire = async (): Promise<void> => {
      if (document.visibilityState !== "visible" || stopped) return;
      try {
        sentinel = await navigator.wakeLock.request("screen");
      } catch {
        // Refused on low battery, for example; the run goes on without it.
        return;
      }
      if (stopped) return sentinel.release();
      setHeld(true);
      sentinel.addEventListener("release", () => setHeld(false));
    };
    const onVisible = (): void => void acquire();
    document.addEventListener("visibilitychange", onVisible);
    void acquire();
    return () => {
      stopped = true;
      document.removeEventListener("visibilitychange", onVisible);
      void sentinel?.release();
    };
  }, [active]);
  return held;
}
