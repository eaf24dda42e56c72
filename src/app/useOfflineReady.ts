import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  if (!("serviceWorker" in navigator)) return () => undefined;
  navigator.serviceWorker.addEventListener("controllerchange", listener);
  return () => navigator.serviceWorker.removeEventListener("controllerchange", listener);
}

function isControlled(): boolean {
  return "serviceWorker" in navigator && navigator.serviceWorker.controller !== null;
}

/** True once every part of the studio is stored in this browser. */
export function useOfflineReady(): boolean {
  return useSyncExternalStore(subscribe, isControlled);
}
