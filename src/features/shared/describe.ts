import type {
  DeviceChoice,
  DeviceReport,
  FingerprintPhase,
  PairMix,
  RunRecord,
} from "@/rpc/protocols.ts";

/** True for a run in bound mode that cannot go on before its beacon is sealed. */
export function awaitsBeacon({ commitment, phase }: RunRecord): boolean {
  return commitment !== undefined && phase === "commit";
}

/** `3 minutes ago`, for dates shown in full on hover. */
export function formatAgo(at: number, now = Date.now()): string {
  const seconds = Math.round((at - now) / 1000);
  const format = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  const steps: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
    [60, "second"],
    [3600, "minute"],
    [86_400, "hour"],
    [2_592_000, "day"],
    [Number.POSITIVE_INFINITY, "month"],
  ];
  let unitSeconds = 1;
  for (const [limit, unit] of steps) {
    if (Math.abs(seconds) < limit) return format.format(Math.round(seconds / unitSeconds), unit);
    unitSeconds = limit;
  }
  return format.format(seconds, "second");
}

export function formatDate(at: number): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

export const DEVICE_CHOICES: readonly { value: DeviceChoice; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "webgpu", label: "GPU (WebGPU)" },
  { value: "cpu", label: "CPU" },
];

export function deviceName(device: Pick<DeviceReport, "kind" | "name" | "software">): string {
  if (device.kind === "host") return `Host · ${device.name}`;
  const kind = device.kind === "webgpu" ? (device.software ? "Software GPU" : "GPU") : "CPU";
  return `${kind} · ${device.name}`;
}

export const PHASES: readonly { phase: FingerprintPhase; label: string }[] = [
  { phase: "open", label: "Open" },
  { phase: "keys", label: "Keys" },
  { phase: "commit", label: "Commit" },
  { phase: "prepare", label: "Prepare" },
  { phase: "embed", label: "Embed" },
  { phase: "export", label: "Export" },
  { phase: "gates", label: "Gates" },
  { phase: "done", label: "Done" },
];

export const MIX_NAMES: Record<PairMix, string> = {
  half: "Half and half",
  loud: "All loud",
  quiet: "All quiet",
};
