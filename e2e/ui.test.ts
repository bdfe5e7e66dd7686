import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { paths } from '@everflame/api/paths';
import { encodeCodeGuru } from '@everflame/formats';
import { knownMeasures, treeOf } from '@everflame/model';
import { type RunningServer, startServer } from '@everflame/server';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'everflame-ui-'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hostile = '\u202e\u0007<img src=x onerror=hacked=1>';
const browser = await launchBrowser();
let server: RunningServer;
let page: Page;
/** What the browser had to complain about: errors, and breaches of the Content-Security-Policy. */
let complaints: string[] = [];

const now = Date.now();
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

async function createGroup(at: RunningServer, name: string): Promise<void> {
  const body = JSON.stringify({ name });
  const headers = { 'content-type': 'application/json' };
  await fetch(at.url + paths.groups, { method: 'POST', headers, body });
}

async function upload(
  at: RunningServer,
  group: string,
  body: string,
  minutes: number,
): Promise<void> {
  const times = `startMs=${minutesAgo(minutes + 1)}&endMs=${minutesAgo(minutes)}`;
  const address = `${at.url}${paths.profiles(group)}?${times}&sampleType=cpu&unit=ns&label=cloud.region:eu`;
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await fetch(address, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(await response.text());
}

/** As an agent does before it profiles. */
async function askAsAgent(at: RunningServer, group: string): Promise<void> {
  const address = `${at.url}/profilingGroups/${group}/configureAgent`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(address, { method: 'POST', headers, body: '{}' });
  if (!response.ok) throw new Error(await response.text());
}

async function start(name: string, selfGroup?: string): Promise<RunningServer> {
  return await startServer({
    host: '127.0.0.1',
    port: 0,
    folder: join(folder, name),
    webFolder: join(folder, 'web'),
    budgetBytes: 2 ** 30,
    decoderThreads: 1,
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    selfGroup,
  });
}

/** Seven tenths of the time in `hot`, three in `cold`; and waiting, for the latency view. */
async function fill(at: RunningServer): Promise<void> {
  for (const group of ['shop', 'hostile', 'old', 'silent', 'wide']) await createGroup(at, group);
  const folded = 'main;Shop.hot;parse 40\nmain;Shop.hot 30\nmain;Shop.cold 30\n'.replace(
    /\d+/g,
    (weight) => `${weight}0000000`,
  );
  await askAsAgent(at, 'shop');
  for (const minutes of [2, 12, 22, 32, 42]) await upload(at, 'shop', folded, minutes);
  await upload(at, 'old', folded, 600);
  const leaves = Array.from({ length: 17_000 }, (_, i) => `main;many;leaf${i} 1000000`);
  await upload(at, 'wide', leaves.join('\n'), 3);
  const tree = treeOf('main main main main\nrun  run  wait wait', {
    measure: knownMeasures.wall,
    states: ['RUNNABLE', 'BLOCKED', 'WAITING', 'WAITING'],
  });
  const times = { startMs: now - 180_000, endMs: now - 120_000 };
  const states = JSON.stringify(encodeCodeGuru(tree, times));
  await upload(at, 'shop', states, 2);
  await upload(at, 'hostile', states.replaceAll('"wait"', JSON.stringify(hostile)), 3);
}

beforeAll(async () => {
  if (!browser) return;
  await build({
    root: 'packages/web',
    logLevel: 'error',
    build: { outDir: join(folder, 'web'), emptyOutDir: true },
  });
  server = await start('data');
  await fill(server);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(address: string, theme: 'light' | 'dark' = 'light'): Promise<Page> {
  const opened = await (browser as Browser).newPage({
    viewport: { width: 1400, height: 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  opened.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  opened.on('pageerror', (error) => complaints.push(error.message));
  await opened.goto(address.startsWith('http') ? address : server.url + address);
  return opened;
}

const overlay = () => page.locator('canvas.flame-overlay');

/** A point in a row of the flame graph, `share` of the way from its left edge. */
async function at(row: number, share: number): Promise<readonly [number, number]> {
  await overlay().waitFor();
  const box = (await overlay().boundingBox())!;
  return [box.x + box.width * share, box.y + row * 18 + 9];
}

/** What is needed of a canvas; the DOM's own types would be seen by every program of the workspace. */
interface Painted {
  readonly width: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, w: number, h: number): { readonly data: Uint8ClampedArray };
  };
}

interface Box {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

/** Colour of the picture in a row, `share` of the way from its left edge. */
const colourAt = (row: number, share: number) =>
  page.locator('canvas.flame-picture').evaluate(
    (canvas: Painted, [y, x]) => {
      const [r, g, b] = canvas
        .getContext('2d')
        .getImageData(Math.round(canvas.width * x), y * 18 + 4, 1, 1).data;
      return `#${[r, g, b].map((value) => value!.toString(16).padStart(2, '0')).join('')}`;
    },
    [row, share] as const,
  );

const click = async (row: number, share: number) => page.mouse.click(...(await at(row, share)));
const strip = () => page.locator('#flame-strip').textContent();
const query = () => new URL(page.url()).searchParams;
const until = (assertion: () => Promise<unknown>) => expect.poll(assertion, { timeout: 20_000 });
const strips = (text: string) => until(strip).toContain(text);
/** Both times two CSS frames: the picture is painted in one, what it shows arrives in the next. */
const settled = () =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

/** What axe has to say against the page as it is. */
async function objections(): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await checker.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
  });
}

// Once more, for a browser between two busy cores may lose a moment; what is broken fails twice.
describe.runIf(browser)('the page', { retry: 1 }, () => {
  beforeEach(() => {
    complaints = [];
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  test('lists groups with their status, and opens one by keyboard alone', async () => {
    page = await open('/');
    await page.getByRole('link', { name: 'shop' }).waitFor();
    const row = page.getByRole('row', { name: /shop/ });
    expect(await row.textContent()).toContain('reporting');
    expect(await page.getByRole('row', { name: /silent/ }).textContent()).toContain('waiting');
    expect(await page.getByRole('row', { name: /old/ }).textContent()).toContain('uploads');
    await page.keyboard.press('/');
    await page.keyboard.type('sho');
    await until(() => page.getByRole('row').count()).toBe(2);
    expect(query().get('q')).toBe('sho');
    await page.keyboard.press('Enter');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/g/shop/flame');
    await overlay().waitFor();
  });

  test('says how to connect an application, however many there are', async () => {
    page = await open('/');
    await page.getByRole('link', { name: 'shop' }).waitFor();
    await page.getByRole('button', { name: 'Connect an application' }).click();
    const dialog = page.getByRole('dialog');
    await until(() => dialog.textContent()).toContain(`EVERFLAME_SERVER=${server.url}`);
    // Nothing is cut off: no command is wider than its box.
    const cut = await dialog
      .locator('pre')
      .evaluateAll((boxes: Box[]) => boxes.filter((b) => b.scrollWidth > b.clientWidth).length);
    expect(cut).toBe(0);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await until(() => dialog.count()).toBe(0);
  });

  test('paints each function where its share of the time is', async () => {
    page = await open('/g/shop/flame');
    await overlay().waitFor();
    await until(() => colourAt(1, 0.5)).not.toBe('#ffffff');
    // Row 2: seven tenths hot, three tenths cold. Row 3: four tenths parse, then nothing.
    expect(await colourAt(2, 0.35)).not.toBe('#ffffff');
    expect(await colourAt(2, 0.97)).not.toBe('#ffffff');
    expect(await colourAt(3, 0.2)).not.toBe('#ffffff');
    expect(await colourAt(3, 0.55)).toBe('#ffffff');
    expect(await colourAt(3, 0.9)).toBe('#ffffff');
  });

  test('at 900 px all that one chooses about the picture is on one line', async () => {
    page = await open('/g/shop/flame?v=1&q=hot');
    await page.setViewportSize({ width: 900, height: 700 });
    await page.locator('.search-result b').waitFor();
    const top = async (role: 'combobox' | 'searchbox', name: string) =>
      (await page.getByRole(role, { name }).boundingBox())?.y ?? 0;
    expect(
      Math.abs((await top('combobox', 'Order')) - (await top('searchbox', 'Find a frame'))),
    ).toBeLessThan(4);
    expect(
      Math.abs((await top('combobox', 'Order')) - (await top('combobox', 'Colour'))),
    ).toBeLessThan(4);
  });

  test('says what the pointer is on, beside it and in the strip', async () => {
    page = await open('/g/shop/flame');
    await page.mouse.move(...(await at(2, 0.3)));
    await strips('Shop.hot');
    expect(await strip()).toContain('70.0');
    expect(await page.locator('.tooltip').textContent()).toContain('Shop.hot');
    await page.mouse.move(...(await at(2, 0.9)));
    await strips('Shop.cold');
  });

  test('the tooltip does not lie on what a search finds', async () => {
    page = await open('/g/shop/flame');
    await page.mouse.move(...(await at(2, 0.3)));
    await page.locator('.tooltip').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('co');
    await until(() => page.locator('.tooltip').count()).toBe(0);
  });

  test('lists the instances behind the picture', async () => {
    page = await open('/g/shop/flame');
    await page.getByRole('button', { name: /instances?$/ }).click();
    const dialog = page.getByRole('dialog');
    for (const title of ['Instance', 'Agent', 'Runtime', 'Cores', 'Memory', 'Last profile'])
      await dialog.getByRole('columnheader', { name: title, exact: true }).waitFor();
    expect(await dialog.getByRole('row').count()).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await until(() => dialog.count()).toBe(0);
  });

  test('zooms by click, and the back button undoes it', async () => {
    page = await open('/g/shop/flame');
    await click(2, 0.9);
    await until(async () => query().get('z')).toMatch(/^[0-9a-f]{16}$/);
    await page.mouse.move(...(await at(2, 0.1)));
    await strips('Shop.cold');
    await page.goBack();
    await until(async () => query().get('z')).toBeNull();
    await page.mouse.move(...(await at(2, 0.12)));
    await strips('Shop.hot');
    await page.goForward();
    await until(async () => query().get('z')).not.toBeNull();
    await page.keyboard.press('Escape');
    await until(async () => query().get('z')).toBeNull();
  });

  test('finds frames, says their share without counting twice, and dims the rest', async () => {
    page = await open('/g/shop/flame');
    await overlay().waitFor();
    const before = await colourAt(2, 0.9);
    const steps = await page.evaluate('history.length');
    await page.keyboard.press('/');
    await page.keyboard.type('hot');
    await until(() => page.locator('.search-result').textContent()).toContain('70.0');
    await until(() => colourAt(2, 0.9)).not.toBe(before);
    expect(query().get('q')).toBe('hot');
    expect(await page.evaluate('history.length')).toBe(steps);
    await page.keyboard.press('Enter');
    await page.keyboard.press('n');
    await strips('Shop.hot');
  });

  test('is read by keyboard alone: one tab stop, arrows, Enter, Escape', async () => {
    page = await open('/g/shop/flame');
    await overlay().focus();
    await page.keyboard.press('ArrowDown');
    await strips('all');
    await page.keyboard.press('ArrowDown');
    await strips('main');
    await page.keyboard.press('ArrowDown');
    await strips('Shop.hot');
    await page.keyboard.press('ArrowRight');
    await strips('Shop.cold');
    await page.keyboard.press('Enter');
    await until(async () => query().has('z')).toBe(true);
    await page.keyboard.press('Escape');
    await until(async () => query().has('z')).toBe(false);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Search this' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until(async () => query().get('q')).toBe('"Shop.cold"');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await until(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('ranks hotspots from the full tree, and leads back to the picture', async () => {
    page = await open('/g/shop/flame');
    await page.getByRole('link', { name: 'Hotspots' }).click();
    await page.waitForURL('**/g/shop/hotspots');
    const first = page.getByRole('row').nth(1);
    await until(() => first.textContent()).toContain('parse');
    expect(await first.textContent()).toContain('40.0');
    await page.getByRole('button', { name: 'Total' }).click();
    await until(() => first.textContent()).toContain('main');
    await page.getByRole('link', { name: 'Shop.cold' }).click();
    await page.waitForURL('**/g/shop/flame?**');
    expect(query().get('q')).toBe('"Shop.cold"');
    await until(() => page.locator('.search-result').textContent()).toContain('30.0');
  });

  test('a whole row of the hotspots leads to the picture, and at 900 px it still says how long and where', async () => {
    page = await open('/g/shop/hotspots');
    await page.setViewportSize({ width: 900, height: 700 });
    for (const title of ['Self in total', 'Self time', 'Where'])
      await until(() => page.getByRole('columnheader', { name: title }).isVisible()).toBe(true);
    await page.getByText('drag to select a part').waitFor();
    const row = page.getByRole('row', { name: /Shop.cold/ });
    await row.getByRole('cell').last().click();
    await page.waitForURL('**/g/shop/flame?**');
    expect(query().get('q')).toBe('"Shop.cold"');
  });

  test('selects a part of the time line by dragging, and the whole by a double click', async () => {
    page = await open('/g/shop/flame');
    const chart = page.locator('.chart .u-over');
    await chart.waitFor();
    const box = (await chart.boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.5, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, y, { steps: 4 });
    await page.mouse.up();
    await until(async () => query().get('at')).toMatch(/^2\S+Z\.\.2\S+Z$/);
    await page.mouse.dblclick(box.x + box.width * 0.2, y);
    await until(async () => query().get('at')).toBeNull();
    await page.goBack();
    await until(async () => query().get('at')).not.toBeNull();
  });

  test('a link with a selected part shows the selection as soon as it is opened', async () => {
    page = await open(`/g/shop/flame?v=1&at=${minutesAgo(30)}..${minutesAgo(10)}`);
    const selected = page.locator('.chart .u-select');
    const share = async () => {
      const [part, all] = [
        await selected.boundingBox(),
        await page.locator('.u-over').boundingBox(),
      ];
      return (part?.width ?? 0) / (all?.width ?? 1);
    };
    await until(share).toBeGreaterThan(0.25);
    expect(await share()).toBeLessThan(0.4);
  });

  test('a zoom says how much of all it shows, leads back, and the tooltip gets out of its way', async () => {
    page = await open('/g/shop/flame');
    await page.mouse.move(...(await at(2, 0.9)));
    await page.locator('.tooltip').waitFor();
    await click(2, 0.9);
    await until(() => page.locator('.tooltip').count()).toBe(0);
    await page.getByRole('button', { name: /30\.0.% of all · Show all/ }).click();
    await until(async () => query().has('z')).toBe(false);
  });

  test('steps through what a search finds, and says which of how many', async () => {
    page = await open('/g/shop/flame?v=1&q=shop');
    await page.getByText('2 places').waitFor();
    await page.getByRole('button', { name: 'Next match' }).click();
    await page.getByText('1 of 2', { exact: true }).waitFor();
    await strips('Shop.hot');
    await page.getByRole('button', { name: 'Previous match' }).click();
    await page.getByText('2 of 2', { exact: true }).waitFor();
    await strips('Shop.cold');
  });

  test('the card is as high as a shallow tree needs, and leaves no empty half', async () => {
    page = await open('/g/shop/flame');
    await overlay().waitFor();
    const height = async () => (await overlay().boundingBox())?.height ?? 0;
    await until(height).toBeLessThan(180);
    expect(await height()).toBeGreaterThanOrEqual(5 * 18);
  });

  test('the time line says what the pointer is on, and what a drag will show', async () => {
    page = await open('/g/shop/flame');
    const box = (await page.locator('.chart .u-over').boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.5, y);
    const readout = () => page.locator('.readout').textContent();
    await until(readout).toMatch(/^\d\d:\d\d – \d\d:\d\d · /);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
    await until(readout).toMatch(/^Show .*\d\d:\d\d – /);
    await page.mouse.up();
    await until(async () => query().get('at')).not.toBeNull();
  });

  test('a view that only another range has stays on offer; one that no range has is said not to be there', async () => {
    page = await open(`/g/shop/flame?v=1&view=latency&from=${minutesAgo(36)}&to=${minutesAgo(9)}`);
    await page.getByText('have no latency').waitFor();
    const latency = page.getByRole('button', { name: 'Latency' });
    expect(await latency.getAttribute('aria-pressed')).toBe('true');
    await page.goto(`${server.url}/g/wide/flame?v=1&view=latency`);
    await page.getByText('No profile of this group has wall-clock time').waitFor();
    await overlay().waitFor();
  });

  test('the last thread state that counts cannot be turned off', async () => {
    page = await open('/g/shop/flame?v=1&view=latency&states=WAITING');
    const waiting = page.getByRole('checkbox', { name: /waiting/ });
    await waiting.waitFor();
    expect(await waiting.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /working/ }).check();
    await until(() => waiting.isDisabled()).toBe(false);
  });

  test('uploads a file into a new group, and says why where the server refuses it', async () => {
    page = await open('/');
    await page.getByRole('button', { name: 'Upload a profile' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Group').fill('sent');
    const file = (text: string) => ({
      name: 'cpu.folded',
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
    await dialog.getByLabel('Profile').setInputFiles(file('\u0001\u0002'));
    await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
    await until(() => dialog.getByRole('alert').textContent()).not.toBe('');
    await dialog.getByLabel('Profile').setInputFiles(file('main;sent 3\nmain 1\n'));
    await dialog.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.waitForURL('**/g/sent/flame**');
    await page.mouse.move(...(await at(2, 0.3)));
    await strips('sent');
    expect(await page.getByRole('button', { name: 'Pause profiling' }).count()).toBe(0);
    // The browser itself reports that the first file was refused.
    complaints = complaints.filter((text) => !/40\d|41\d|42\d/.test(text));
  });

  test('a range that cannot be read is said, not replaced in silence', async () => {
    page = await open('/g/shop/flame?from=garbage');
    const chip = page.getByRole('button', { name: /“garbage” is no range of time/ });
    await chip.waitFor();
    await page.getByText('Last hour').first().waitFor();
    await chip.click();
    await until(() => chip.count()).toBe(0);
  });

  test('filters by label, with a chip that takes the filter away again', async () => {
    page = await open('/g/shop/flame');
    await page.getByLabel('Filter by label').selectOption('cloud.region:eu');
    await until(async () => query().get('label')).toBe('cloud.region:eu');
    await overlay().waitFor();
    await page.getByRole('button', { name: /region: eu/ }).click();
    await until(async () => query().has('label')).toBe(false);
  });

  test('pauses and resumes, copies a link with absolute times, and gives the profile as a file', async () => {
    page = await open('/g/shop/flame');
    await page.getByRole('button', { name: 'Pause profiling' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('at their next report, within a minute');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await until(() => dialog.count()).toBe(0);
    await page.getByRole('button', { name: 'Pause profiling' }).click();
    await dialog.getByRole('button', { name: 'Pause all instances' }).click();
    await page.getByRole('button', { name: 'Not live: paused' }).waitFor();
    await page.getByRole('button', { name: 'Resume profiling' }).click();
    await page.getByRole('button', { name: 'Pause profiling' }).waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('y');
    await until(() => page.locator('.notice').textContent()).toBe('Link copied');
    const copied = new URL(String(await page.evaluate('navigator.clipboard.readText()')));
    expect(copied.searchParams.get('from')).toMatch(/^2\S+Z$/);
    expect(copied.searchParams.get('to')).toMatch(/^2\S+Z$/);
    await page.getByText('Download').click();
    const link = page.getByRole('link', { name: /Folded/ });
    const file = await page.request.get(server.url + (await link.getAttribute('href')));
    expect(await file.text()).toContain('main;Shop.hot;parse');
    await page.keyboard.press('Escape');
    await until(() => link.isVisible()).toBe(false);
  });

  test('shows the same again from its address alone', async () => {
    const address =
      '/g/shop/flame?v=1&view=latency&states=WAITING&from=-3h&to=now&q=wait&order=name';
    page = await open(address);
    await until(() => page.locator('.search-result').textContent()).toContain('100');
    expect(await page.getByRole('button', { name: 'Latency' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    expect(await page.getByRole('checkbox', { name: /waiting/ }).isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: /blocked/ }).isChecked()).toBe(false);
    expect(await page.getByLabel('Order').inputValue()).toBe('name');
    expect(new URL(page.url()).search).toBe(new URL(address, server.url).search);
    await page.getByRole('checkbox', { name: /blocked/ }).check();
    await until(async () => query().get('states')).toContain('BLOCKED');
  });

  test('splits boxes by thread state in the latency view', async () => {
    page = await open('/g/shop/flame?v=1&view=latency');
    await overlay().waitFor();
    await page.getByText('dotted: under 30 samples').waitFor();
    await page.getByText('Wall-clock time of all threads that are not idle').waitFor();
    await until(() => colourAt(1, 0.1)).toBe('#3fae7e');
    expect(await colourAt(1, 0.4)).toBe('#e0562b');
    expect(await colourAt(1, 0.8)).toBe('#f4dd6b');
  });

  test('hostile names are shown, not obeyed', async () => {
    page = await open('/g/hostile/flame?v=1&view=latency');
    await page.mouse.move(...(await at(2, 0.8)));
    await strips('‹202e›␇<img src=x onerror=hacked=1>');
    await page.goto(`${server.url}/g/hostile/hotspots?v=1&view=latency`);
    await until(() => page.getByRole('row').count()).toBe(4);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
  });

  test('what was too small to send is hatched, and comes when asked for', async () => {
    page = await open('/g/wide/flame');
    await page.mouse.move(...(await at(3, 0.985)));
    await strips('smaller callees');
    const asked = page.waitForRequest(/[?&]root=[0-9a-f]{16}/);
    await click(3, 0.985);
    await asked;
    // The card grows with the tree, so that a box may lie elsewhere a moment later.
    await until(async () => {
      await page.mouse.move(...(await at(2, 0.5 + Math.random() / 1000)));
      return strip();
    }).toContain('many');
    await until(async () => {
      await page.mouse.move(...(await at(3, 0.985 + Math.random() / 1000)));
      return strip();
    }).not.toContain('smaller callees');
  });

  test('keeps the last picture while the server is away, and says so', async () => {
    page = await open('/g/shop/flame');
    await overlay().waitFor();
    await page.locator('.chart .u-over').waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Latency' }).click();
    await page.getByText('What you see is the last that came').waitFor();
    expect(await overlay().count()).toBe(1);
    // Once, not once for each question; and the picture before is not taken for what was asked.
    expect(await page.getByRole('alert').count()).toBe(1);
    await page.getByRole('button', { name: 'Not live: offline' }).waitFor();
    await until(() => page.getByText('This is what was shown before').count()).toBe(2);
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toContain('CPU time');
    expect(await page.getByRole('group', { name: 'Thread states' }).count()).toBe(0);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Retry' }).click();
    await until(() => page.locator('.offline').count()).toBe(0);
    await page.getByRole('group', { name: 'Thread states' }).waitFor();
    await until(() => page.getByText('This is what was shown before').count()).toBe(0);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    complaints = complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'));
  });

  test('loads with less than 60 kB of JavaScript', async () => {
    page = await open('/');
    const [entry] = /assets\/index-[\w-]+\.js/.exec(await page.content()) ?? [];
    const bytes = gzipSync(readFileSync(join(folder, 'web', entry ?? '')));
    expect(bytes.length).toBeLessThan(60_000);
  });

  test('an empty range says why, and offers the nearest that is not', async () => {
    page = await open('/g/old/flame');
    await page.getByText('Nothing was recorded here').waitFor();
    await page.getByRole('button', { name: /^Show / }).click();
    await overlay().waitFor();
    await page.mouse.move(...(await at(2, 0.3)));
    await strips('Shop.hot');
  });

  test('a group that has no profile yet says how to send one; what is not there says so', async () => {
    page = await open('/g/silent/flame');
    await page.getByText('Waiting for the first profile').waitFor();
    expect(await page.locator('pre').first().textContent()).toContain(
      `EVERFLAME_SERVER=${server.url}`,
    );
    await page.goto(`${server.url}/somewhere`);
    await page.getByText('There is nothing here').waitFor();
    await page.goto(`${server.url}/g/nobody/flame`);
    await page.getByText('There is no such group').waitFor();
    // The browser itself reports the 404 that the page asked for.
    complaints = complaints.filter((text) => !text.includes('404'));
  });

  test('errors are told where the answer would be, with a way to try again', async () => {
    page = await open('/g/shop/flame');
    await overlay().waitFor();
    await page.route('**/flame?**', (request) =>
      request.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ detail: 'The store is away.', requestId: 'r-17', code: 'internal' }),
      }),
    );
    await page.getByRole('button', { name: 'Latency' }).click();
    await page.getByText('The store is away.').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('r-17');
    // The picture before stays.
    expect(await overlay().count()).toBe(1);
    await page.unroute('**/flame?**');
    await page.getByRole('button', { name: 'Retry' }).click();
    await until(() => page.getByRole('alert').count()).toBe(0);
    complaints = complaints.filter((text) => !text.includes('500'));
  });

  test.each(['light', 'dark'] as const)(
    'has nothing for axe to object to in the %s theme',
    async (theme) => {
      page = await open('/', theme);
      for (const address of [
        '/',
        '/g/shop/flame?v=1&q=hot',
        '/g/shop/flame?v=1&view=latency',
        '/g/shop/hotspots',
        '/g/old/flame',
        '/g/silent/flame',
      ]) {
        await page.goto(server.url + address);
        await page.locator('h2, table.data').first().waitFor();
        await until(() => page.locator('[aria-busy], .skeleton').count()).toBe(0);
        await settled();
        expect(await objections(), address).toEqual([]);
      }
      await page.goto(server.url);
      for (const name of ['Upload a profile', 'Help']) {
        await page.getByRole('button', { name }).click();
        await settled();
        expect(await objections(), name).toEqual([]);
        await page.keyboard.press('Escape');
      }
      const shown = await page.evaluate('document.documentElement.dataset.theme');
      expect(shown).toBe(theme);
      await page.getByRole('button', { name: 'Light or dark' }).click();
      await page.reload();
      const kept = await page.evaluate('document.documentElement.dataset.theme');
      expect(kept).toBe(theme === 'light' ? 'dark' : 'light');
    },
  );

  test('a server that profiles itself says what it waits for, and opens its first picture', async () => {
    const young = await start('young', 'everflame');
    try {
      await createGroup(young, 'everflame');
      page = await open(`${young.url}/`);
      await page.getByText('Everflame profiles itself').waitFor();
      expect(await page.getByRole('list').textContent()).toMatch(/\d+ s so far/);
      await upload(young, 'everflame', 'main;serve 900000000\n', 1);
      await page.waitForURL('**/g/everflame/flame');
      await overlay().waitFor();
    } finally {
      await page.goto('about:blank');
      await young.close();
    }
  });
});
