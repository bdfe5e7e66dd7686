import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const requirements = 'e2e/aws/requirements.txt';

/** AWS's own programs, as their registry has them. */
export interface PythonTools {
  /** Where `python` and `aws` lie. */
  readonly bin: string;
  readonly python: string;
}

/**
 * A virtual environment with boto3, the AWS CLI and the official agent, made once for each list of versions.
 * Undefined, and one line that says so, where it cannot be had; where CI is true that is a failure.
 */
export async function pythonTools(): Promise<PythonTools | undefined> {
  try {
    return await installed();
  } catch (cause) {
    const line = `AWS's Python programs cannot be installed, so nothing was tested with them: ${(cause as Error).message.split('\n', 1)[0]}`;
    if (process.env.CI === 'true') throw new Error(line, { cause });
    process.stderr.write(`${line}\n`);
    return undefined;
  }
}

async function installed(): Promise<PythonTools> {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const folder = resolve('node_modules/.cache', `everflame-aws-python-${version.slice(0, 12)}`);
  const bin = join(folder, 'bin');
  const stamp = join(folder, 'complete');
  if (!existsSync(stamp)) {
    await alone(`${folder}.lock`, async () => {
      if (existsSync(stamp)) return;
      await rm(folder, { recursive: true, force: true });
      await run('python3', ['-m', 'venv', folder]);
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      await run(join(bin, 'python'), [...install, '-r', requirements], { timeout: 240_000 });
      await writeFile(stamp, '');
    });
  }
  return { bin, python: join(bin, 'python') };
}

/** Test files run side by side, and the first that comes installs for all. */
async function alone(lock: string, work: () => Promise<void>): Promise<void> {
  await mkdir(resolve(lock, '..'), { recursive: true });
  while (!(await taken(lock))) await sleep(200);
  try {
    await work();
  } finally {
    await rmdir(lock);
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = await stat(lock).catch(() => undefined);
    // Left by a run that was killed.
    if (since && Date.now() - since.mtimeMs > 300_000) await rmdir(lock).catch(() => undefined);
    return false;
  }
}
