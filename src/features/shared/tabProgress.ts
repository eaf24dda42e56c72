const TITLE = "Signet";
const SIZE_PX = 32;
const STEPS = 25;

let shown = -2;
let original: string | null = null;

/** Shows a run's progress in the tab's title and icon; null puts both back. */
export function showTabProgress(fraction: number | null, note = ""): void {
  document.title =
    fraction === null ? TITLE : `${Math.round(fraction * 100)} %${note && ` · ${note}`} · ${TITLE}`;
  const step = fraction === null ? -1 : Math.round(fraction * STEPS);
  if (step === shown) return;
  shown = step;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link === null) return;
  original ??= link.href;
  link.href = fraction === null ? original : (ring(step / STEPS) ?? original);
}

function ring(fraction: number): string | null {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE_PX;
  canvas.height = SIZE_PX;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const centre = SIZE_PX / 2;
  context.lineWidth = 6;
  context.strokeStyle = "#8b8982";
  context.beginPath();
  context.arc(centre, centre, centre - 4, 0, 2 * Math.PI);
  context.stroke();
  context.strokeStyle = "#5a78ff";
  context.beginPath();
  context.arc(centre, centre, centre - 4, -Math.PI / 2, -Math.PI / 2 + fraction * 2 * Math.PI);
  context.stroke();
  return canvas.toDataURL("image/png");
}
