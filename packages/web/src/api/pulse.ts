import { useEffect, useState } from 'preact/hooks';

/** Counts up every `periodMs` while `isOn` and the page is seen: what asks the server again. */
export function usePulse(periodMs: number, isOn: boolean): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (!document.hidden) setCount((before) => before + 1);
    }, periodMs);
    return () => clearInterval(timer);
  }, [periodMs, isOn]);
  return count;
}
