// Mouse, touch and keys of the chart.

import { panned, zoomed } from "./view.mjs";

/** Lets a chart be zoomed, moved and read. `nearsPast()` is called when older candles may be wanted. */
export function listen(chart, nearsPast) {
  const { canvas } = chart;
  const pointers = new Map();
  let spread = 0;

  const look = (view) => {
    chart.view = view;
    chart.invalidate();
    nearsPast();
  };
  const pan = (pixels) => look(panned(chart.view, pixels, chart.last, chart.first, chart.width));
  const zoom = (factor, fromRight) => look(zoomed(chart.view, factor, fromRight));
  const leave = () => {
    chart.cursor = null;
    chart.invalidate();
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pick = ({ x, y }) => {
    chart.cursor = x <= chart.width ? { slot: Math.min(chart.last, chart.slotAt(x)), y } : null;
    chart.invalidate();
  };
  const pair = () => {
    const [first, second] = [...pointers.values()];
    return { apart: Math.abs(first.x - second.x) || 1, middle: (first.x + second.x) / 2 };
  };

  canvas.addEventListener("wheel", (event) => {
    if (!chart.content) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(-event.deltaX);
    else zoom(Math.exp(-event.deltaY * 0.0015), chart.width - point(event).x);
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (!chart.content) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, point(event));
    if (pointers.size === 2) spread = pair().apart;
    pick(point(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!chart.content) return;
    const [now, before] = [point(event), pointers.get(event.pointerId)];
    if (before) {
      pointers.set(event.pointerId, now);
      if (pointers.size === 1) pan(now.x - before.x);
      else if (pointers.size === 2) {
        const { apart, middle } = pair();
        zoom(apart / spread, chart.width - middle);
        spread = apart;
      }
    }
    pick(now);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  canvas.addEventListener("pointerleave", leave);

  const step = (slots) => {
    const from = chart.cursor?.slot ?? chart.last;
    const next = Math.min(chart.last, Math.max(chart.first, from + slots));
    chart.cursor = { slot: next, y: null };
    const place = chart.view.right - chart.width / chart.view.slotWidth;
    if (next <= place) pan((place - next + 2) * chart.view.slotWidth);
    if (next >= chart.view.right) pan(-(next - chart.view.right + 2) * chart.view.slotWidth);
    chart.invalidate();
  };
  const keys = {
    ArrowLeft: ({ shiftKey }) => step(shiftKey ? -10 : -1),
    ArrowRight: ({ shiftKey }) => step(shiftKey ? 10 : 1),
    "+": () => zoom(1.25, 0), "=": () => zoom(1.25, 0), "-": () => zoom(0.8, 0),
    PageUp: () => pan(chart.width / 2), PageDown: () => pan(-chart.width / 2),
    Home: () => pan(1e9), End: () => latest(),
    Escape: leave,
  };
  canvas.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
    if (!act || !chart.content) return;
    event.preventDefault();
    act(event);
  });

  function latest() {
    chart.view = { ...chart.view, follows: true };
    leave();
  }
  return { zoom: (factor) => zoom(factor, 0), latest };
}
