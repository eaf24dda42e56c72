import { Tooltip } from "@base-ui/react/tooltip";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./button.module.css";
import popup from "./popup.module.css";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** Accessible name, also shown as a tooltip. */
  label: string;
  icon: ReactNode;
  size?: "small" | "medium";
}

export function IconButton({
  label,
  icon,
  size = "medium",
  className,
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          styles.button,
          styles.quiet,
          styles.icon,
          size === "small" && styles.small,
          className,
        )}
      >
        {icon}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={popup.positioner}>
          <Tooltip.Popup className={popup.tooltip}>{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
