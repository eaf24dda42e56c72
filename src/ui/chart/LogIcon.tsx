import type { ReactNode } from "react";

/** Grid lines that draw together, as on logarithmic paper. */
export function LogIcon(): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
    >
      <path d="M4 4v16h16M8 15h12M8 9.5h12M8 6.5h12M8 4.5h12" />
    </svg>
  );
}
