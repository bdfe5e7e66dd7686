import { expect, test } from 'vitest';
import { categories, fills, palettes } from './palette.ts';

type Rgb = readonly [number, number, number];

const linear = (colour: string): Rgb => {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (a: string, b: string) => {
  const [dark, light] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
};

const oklab = ([r, g, b]: Rgb): Rgb => {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

// Machado, Oliveira and Fernandes 2009, severity 1, in linear RGB.
const eyes: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seen = (colour: string, eye: readonly Rgb[]): Rgb => {
  const c = linear(colour);
  const row = (r: Rgb) => Math.max(0, r[0] * c[0] + r[1] * c[1] + r[2] * c[2]);
  return oklab([row(eye[0]!), row(eye[1]!), row(eye[2]!)]);
};
const distance = (a: Rgb, b: Rgb) => 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

for (const [theme, palette] of Object.entries(palettes)) {
  test(`text reads on every fill of the ${theme} theme`, () => {
    for (const fill of [...fills(palette), ...Object.values(palette.state)])
      expect(contrast(fill, palette.text), fill).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.dimmed, palette.dimmedText)).toBeGreaterThanOrEqual(4.5);
  });

  test(`every box and line of the ${theme} theme stands out from the background`, () => {
    const outlines = [...fills(palette), ...Object.values(palette.state)].map(
      (fill) => palette.edge ?? fill,
    );
    for (const outline of [...outlines, palette.bytes])
      expect(contrast(outline, palette.background), outline).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.keys(eyes))(`categories of the ${theme} theme stay apart with %s`, (name) => {
    for (const a of categories)
      for (const b of categories) {
        if (a >= b) continue;
        const apart = distance(
          seen(palette.category[a], eyes[name]!),
          seen(palette.category[b], eyes[name]!),
        );
        expect(apart, `${a} and ${b}`).toBeGreaterThanOrEqual(10);
      }
  });
}
