import { Problem } from '@everflame/model';
import { version } from './version.ts';

type Command = (args: readonly string[]) => Promise<void>;

/**
 * Each command of the program. A new one is one line here and one file beside this one. Loaded when it is
 * run: the server takes its database along, which help and mistakes need not wait for.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  key: async () => (await import('./key.ts')).key,
};

const help = `Everflame ${version}: a continuous profiler that says what to fix

everflame serve [options]     start the server with its store and page
everflame key add|list|revoke make, list and revoke access keys

everflame <command> --help    what a command takes
everflame --version
`;

async function main(args: readonly string[]): Promise<void> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    throw new Problem(
      'invalid-parameter',
      `There is no command “${name}”. Commands: ${Object.keys(commands).join(', ')}.`,
    );
  }
  await (await command())(rest);
}

// The one place where the program ends for an error: a mistake is a sentence, a bug is a stack trace.
main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    error instanceof Problem
      ? `everflame: ${error.message}\n`
      : `everflame: unexpected error\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
});
