import type { KeyObservation } from "@/rpc/protocols.ts";
import { ListFeed } from "@/ui/feed.ts";
import { SeriesBuffer } from "@/ui/chart/seriesBuffer.ts";

export const EVIDENCE_NAMES = ["keys", "log10E"] as const;

/** Evidence after each key, outside React. */
export const evidence = new SeriesBuffer<(typeof EVIDENCE_NAMES)[number]>(EVIDENCE_NAMES);

export const observations = new ListFeed<KeyObservation>();

export function pushObservation(observation: KeyObservation): void {
  observations.push(observation);
  evidence.push({ keys: observations.rows.length, log10E: observation.log10E });
}

export function clearObservations(): void {
  observations.clear();
  evidence.clear();
  evidence.push({ keys: 0, log10E: 0 });
}
