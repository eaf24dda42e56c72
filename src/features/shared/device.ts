import { create } from "zustand";
import type { DeviceReport } from "@/rpc/protocols.ts";

export interface DeviceProbe {
  kind: "webgpu" | "cpu";
  name: string;
  software: boolean;
  /** Largest single buffer, bytes; null on the CPU. */
  maxBufferBytes: number | null;
  /** Device memory as the browser rounds it, bytes; null where it does not say. */
  memoryBytes: number | null;
}

interface DeviceState {
  /** What the browser offers. */
  probe: DeviceProbe | null;
  /** What the last job really ran on. */
  used: DeviceReport | null;
  setUsed: (device: DeviceReport) => void;
}

export const useDevice = create<DeviceState>()((set) => ({
  probe: null,
  used: null,
  setUsed: (used) => set({ used }),
}));

/** Asks for an adapter once, to tell the user before anything is started. */
export async function probeDevice(): Promise<void> {
  if (useDevice.getState().probe !== null) return;
  useDevice.setState({ probe: await detect() });
}

async function detect(): Promise<DeviceProbe> {
  const memory = "deviceMemory" in navigator ? Number(navigator.deviceMemory) : Number.NaN;
  const memoryBytes = Number.isFinite(memory) ? memory * 2 ** 30 : null;
  const cpu: DeviceProbe = {
    kind: "cpu",
    name: `${navigator.hardwareConcurrency} cores`,
    software: false,
    maxBufferBytes: null,
    memoryBytes,
  };
  if (!("gpu" in navigator)) return cpu;
  const adapter = await navigator.gpu
    .requestAdapter({ powerPreference: "high-performance" })
    .catch(() => null);
  if (adapter === null) return cpu;
  const { info, limits } = adapter;
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(info.architecture);
  const name = info.description || [info.vendor, info.architecture].filter(Boolean).join(" ");
  return {
    kind: "webgpu",
    name: name === "" ? "GPU" : name,
    software,
    maxBufferBytes: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
    memoryBytes,
  };
}
