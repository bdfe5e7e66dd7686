/**
 * Colours of the picture. The eight categories were optimised together: neighbours stay apart under
 * every common colour blindness, and dark text reads on each (palette.test.ts holds both).
 */
export type Theme = 'light' | 'dark';

export const categories = [
  'mine',
  'library',
  'runtime',
  'gc',
  'logging',
  'serialisation',
  'io',
  'lock',
] as const;
export type Category = (typeof categories)[number];

export const categoryTitle: Readonly<Record<Category, string>> = {
  mine: 'my code',
  library: 'libraries',
  runtime: 'runtime',
  gc: 'GC',
  logging: 'logging',
  serialisation: 'serialisation',
  io: 'I/O',
  lock: 'locks',
};

export interface Palette {
  readonly background: string;
  /** On boxes. */
  readonly text: string;
  readonly category: Readonly<Record<Category, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Around boxes, where some fills are too near to the background to be seen without. */
  readonly edge: string | undefined;
  /** Of measures in bytes on the time line. */
  readonly bytes: string;
  readonly dimmed: string;
  readonly dimmedText: string;
  readonly dust: string;
  readonly hatch: string;
  readonly outline: string;
  readonly sameName: string;
  readonly thumb: string;
}

const state = {
  UNKNOWN: '#b3b7bd',
  RUNNABLE: '#3fae7e',
  BLOCKED: '#e0562b',
  WAITING: '#f4dd6b',
  TIMED_WAITING: '#dcb3ee',
  NATIVE: '#58b4ee',
  IDLE: '#c9ced6',
};

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    background: '#ffffff',
    text: '#10141c',
    category: {
      mine: '#3492dc',
      library: '#a2d8a9',
      runtime: '#9fa6ae',
      gc: '#ff9e0a',
      logging: '#fdf377',
      serialisation: '#e9a9fe',
      io: '#adfdff',
      lock: '#ea634f',
    },
    state,
    edge: '#7c8694',
    bytes: '#0b7f86',
    dimmed: '#e9ecf0',
    dimmedText: '#5b6470',
    dust: '#c3c9d1',
    hatch: '#8d96a3',
    outline: '#10141c',
    sameName: 'rgb(16 20 28 / 70%)',
    thumb: '#8d96a3',
  },
  dark: {
    background: '#14181f',
    text: '#0b0e13',
    category: {
      mine: '#6f8eff',
      library: '#bae5bb',
      runtime: '#a6aaac',
      gc: '#f39533',
      logging: '#f2d43a',
      serialisation: '#9a7ba6',
      io: '#09c6fd',
      lock: '#de5a44',
    },
    state,
    edge: undefined,
    bytes: '#09c6fd',
    dimmed: '#262c37',
    dimmedText: '#98a2b3',
    dust: '#4a515d',
    hatch: '#6c7583',
    outline: '#ffffff',
    sameName: 'rgb(255 255 255 / 85%)',
    thumb: '#6c7583',
  },
};

/** Shades of one category, told apart by package: the colour itself, then lighter ones. */
export const shadesPerCategory = 3;

/** `share` of white mixed into a `#rrggbb` colour. Lighter never harms: the text on it is dark. */
function lighter(colour: string, share: number): string {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(value + (255 - value) * share)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

/** Fill colours by index: category × shade. */
export function fills(palette: Palette): readonly string[] {
  return categories.flatMap((category) =>
    Array.from({ length: shadesPerCategory }, (_, shade) =>
      lighter(palette.category[category], shade * 0.09),
    ),
  );
}
