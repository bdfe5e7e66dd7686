import type { FlameView } from './flame-view.ts';
import type { Hit } from './hit.ts';

/** What the reader does with the pointer. Coordinates are the window's, in CSS pixels. */
export interface PointerEvents {
  readonly hovered: (hit: Hit | undefined, x: number, y: number) => void;
  readonly clicked: (hit: Hit) => void;
  readonly asked: (hit: Hit, x: number, y: number) => void;
}

/** A press that moves further than this is a drag, not a click. */
const dragPixels = 4;

/** Listens on the canvas that lies on top; answers how to stop. */
export function followPointer(
  canvas: HTMLCanvasElement,
  view: FlameView,
  events: () => PointerEvents,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let pressed: { x: number; y: number; isDrag: boolean } | undefined;
  const under = (event: MouseEvent): Hit | undefined => {
    const { left, top } = canvas.getBoundingClientRect();
    return view.hitAt(event.clientX - left, event.clientY - top);
  };
  const drag = (event: PointerEvent, from: NonNullable<typeof pressed>) => {
    const x = from.x - event.clientX;
    const y = from.y - event.clientY;
    from.isDrag ||= Math.hypot(x, y) > dragPixels;
    if (!from.isDrag) return;
    canvas.setPointerCapture(event.pointerId);
    view.panBy(x);
    view.scrollBy(y);
    from.x = event.clientX;
    from.y = event.clientY;
  };

  canvas.addEventListener(
    'pointermove',
    (event) => {
      if (pressed) drag(event, pressed);
      const hit = pressed?.isDrag ? undefined : under(event);
      view.hover(hit);
      canvas.style.cursor = hit ? 'pointer' : pressed?.isDrag ? 'grabbing' : 'default';
      events().hovered(hit, event.clientX, event.clientY);
    },
    { signal },
  );
  const left = () => {
    view.hover(undefined);
    events().hovered(undefined, 0, 0);
  };
  canvas.addEventListener('pointerleave', left, { signal });
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button === 0) pressed = { x: event.clientX, y: event.clientY, isDrag: false };
    },
    { signal },
  );
  canvas.addEventListener(
    'pointerup',
    (event) => {
      const wasClick = pressed?.isDrag === false;
      pressed = undefined;
      const hit = wasClick ? under(event) : undefined;
      if (hit) events().clicked(hit);
    },
    { signal },
  );
  const cancelled = () => {
    pressed = undefined;
  };
  canvas.addEventListener('pointercancel', cancelled, { signal });
  canvas.addEventListener(
    'contextmenu',
    (event) => {
      const hit = under(event);
      if (!hit) return;
      event.preventDefault();
      events().asked(hit, event.clientX, event.clientY);
    },
    { signal },
  );
  // Not passive: a wheel that scrolls the picture must not scroll the page as well.
  const wheel = (event: WheelEvent) => turned(event, canvas, view);
  canvas.addEventListener('wheel', wheel, { signal, passive: false });
  return () => stop.abort();
}

function turned(event: WheelEvent, canvas: HTMLCanvasElement, view: FlameView): void {
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const { left } = canvas.getBoundingClientRect();
    view.zoomAround(event.clientX - left, Math.exp((event.deltaY * lines) / 250));
    return;
  }
  const across = event.shiftKey ? event.deltaY : event.deltaX;
  const down = event.shiftKey ? 0 : event.deltaY;
  const hasPanned = across !== 0 && view.panBy(across * lines);
  const hasScrolled = down !== 0 && view.scrollBy(down * lines);
  // At its end the picture gives the wheel back to the page.
  if (hasPanned || hasScrolled) event.preventDefault();
}
