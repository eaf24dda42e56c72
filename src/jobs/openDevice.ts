import { createEngine } from "@/engine/engine.ts";
import type { Engine } from "@/engine/types.ts";
import type { DeviceChoice, DeviceReport } from "@/rpc/protocols.ts";

/** Opens a device and says which one it became. */
export async function openDevice(
  choice: DeviceChoice,
): Promise<{ engine: Engine; report: DeviceReport }> {
  const engine = await createEngine({ device: choice });
  const { kind, name, software } = engine.device;
  return { engine, report: { kind, name, software, notice: engine.notice } };
}
