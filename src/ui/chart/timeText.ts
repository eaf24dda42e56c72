const DAY_S = 86_400;

const FORMATS = {
  month: { month: "short", year: "numeric" },
  day: { day: "numeric", month: "short" },
  minute: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/**
 * A time on an axis, in UTC, as short as labels that far apart allow.
 *
 * @param seconds Unix
 * @param step seconds between labels
 */
export function timeText(seconds: number, step: number): string {
  const format =
    step >= 28 * DAY_S ? "month" : step >= DAY_S ? "day" : step >= 60 ? "minute" : "second";
  const text = new Date(seconds * 1000).toLocaleString("en-GB", {
    timeZone: "UTC",
    ...FORMATS[format],
  });
  return text.replace(",", "");
}

/** A time in full, for tables and files. @param seconds Unix */
export function fullTimeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace("T", " ").replace(".000Z", "");
}

/** What the chart takes for local time, so that its labels fall on round times of UTC. */
export function utcAsLocal(seconds: number): Date {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() + date.getTimezoneOffset() * 60_000);
}
