import type { ComponentChildren } from 'preact';

const icon = (children: ComponentChildren) => () => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    {children}
  </svg>
);

export const Flame = () => (
  <svg class="icon brand-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path
      class="flame-outer"
      d="M12 1c1 4 7 6.500 7 13a7 7 0 0 1-14 0c0-3 1.500-5 3-6.500.2 1.800 1 3 2 3.500C9.500 7 10.500 3.500 12 1z"
    />
    <path
      class="flame-inner"
      d="M12 12c.6 2 3 2.800 3 5.200a3 3 0 0 1-6 0c0-2.200 2.200-3 3-5.200z"
    />
  </svg>
);
export const HalfMoon = icon(
  <>
    <circle cx="8" cy="8" r="5.500" fill="none" stroke="currentColor" stroke-width="1.500" />
    <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" fill="currentColor" />
  </>,
);
export const LinkIcon = icon(
  <path
    d="M6.500 9.500l3-3M7 4.500l1.300-1.300a3 3 0 0 1 4.300 4.300L11.300 8.800M9 11.500l-1.300 1.300a3 3 0 0 1-4.300-4.300L4.700 7.200"
    fill="none"
    stroke="currentColor"
    stroke-width="1.500"
    stroke-linecap="round"
  />,
);
export const Download = icon(
  <path
    d="M8 2v8m0 0L4.800 7M8 10l3.200-3M2.500 13.500h11"
    fill="none"
    stroke="currentColor"
    stroke-width="1.500"
    stroke-linecap="round"
    stroke-linejoin="round"
  />,
);
export const Pause = icon(<path d="M5 3h2v10H5zM9 3h2v10H9z" fill="currentColor" />);
export const Play = icon(<path d="M4.500 2.500v11l9-5.500z" fill="currentColor" />);
