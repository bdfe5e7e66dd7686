interface StartCommandNeeds {
  /** Where this page came from. */
  readonly server: string;
  readonly group: string;
  /** Absolute path of the built agent; without it, it is an installed package. */
  readonly agentFile: string | undefined;
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** What starts a Node.js application with the agent, on lines short enough to read, as a shell reads it. */
export function startCommand({ server, group, agentFile }: StartCommandNeeds): string {
  const agent = quoted(agentFile ?? '@everflame/agent/start');
  return `EVERFLAME_SERVER=${quoted(server)} \\\n  EVERFLAME_GROUP=${quoted(group)} \\\n  node --import ${agent} app.js`;
}
