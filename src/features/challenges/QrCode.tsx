import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import styles from "./challenges.module.css";

const QUIET_MODULES = 4;

/** A text as a QR code, dark on light in either theme, since readers expect that. */
export function QrCode({ text, label }: { text: string; label: string }): ReactNode {
  const code = useQuery({
    queryKey: ["qr", text],
    queryFn: async () => {
      const { encodeQR } = await import("qr");
      return encodeQR(text, "raw", { ecc: "medium", border: QUIET_MODULES });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (code.data === undefined) return null;
  const path = code.data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  const size = code.data.length;
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
