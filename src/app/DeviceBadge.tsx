import { Cpu } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import { deviceName } from "@/features/shared/describe.ts";
import { useDevice } from "@/features/shared/device.ts";
import { Popover } from "@/ui/Popover.tsx";
import styles from "./app.module.css";

export function DeviceBadge(): ReactNode {
  const probe = useDevice((state) => state.probe);
  const used = useDevice((state) => state.used);
  const shown = used ?? probe;
  if (shown === null) return null;
  return (
    <Popover
      title="Device"
      trigger={
        <button type="button" className={styles.pill} data-testid="device-badge">
          <Cpu aria-hidden />
          <span className={styles.deviceName}>{deviceName(shown)}</span>
        </button>
      }
    >
      {probe !== null && (
        <p>
          This browser offers {deviceName(probe)}
          {probe.maxBufferBytes !== null &&
            `, with buffers of up to ${formatBytes(probe.maxBufferBytes)}`}
          .
        </p>
      )}
      {shown.software && (
        <p>
          A software adapter computes on the CPU. Unless you choose the GPU, work runs on the
          studio's own CPU code, which is faster.
        </p>
      )}
      {used !== null && <p>The last task ran on {deviceName(used)}.</p>}
      {used?.notice != null && <p>{used.notice}</p>}
    </Popover>
  );
}
