import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** The browser of this machine; undefined, and one line that says so, where there is none. */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (!existsSync(executablePath)) {
    const line = `No browser at ${executablePath} (set CHROMIUM): nothing of the page was tested.`;
    if (process.env.CI === 'true') throw new Error(line);
    process.stderr.write(`${line}\n`);
    return undefined;
  }
  return await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
