import { signal } from '@preact/signals';
import type { Theme } from '../flame/palette.ts';

// Set before the first paint by the inline script in index.html; followed from here on.
export const theme = signal<Theme>(
  document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
);

const show = (to: Theme): void => {
  document.documentElement.dataset.theme = to;
  theme.value = to;
};

export const stored = (key: string): string | undefined => {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
};

export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}

export function toggleTheme(): void {
  show(theme.value === 'dark' ? 'light' : 'dark');
  store('theme', theme.value);
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  if (stored('theme') === undefined) show(matches ? 'dark' : 'light');
});
