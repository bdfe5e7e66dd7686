import { paths } from '@everflame/api/paths';
import { ask } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { copy } from '../shell/clipboard.ts';
import { startCommand } from './start-command.ts';

interface SnippetsProps {
  readonly group: string;
  /** An agent makes its group itself; who sends files makes it first. */
  readonly isNew?: boolean;
}

/** How an application comes to be seen here. */
export function Snippets({ group, isNew = false }: SnippetsProps) {
  const { origin } = location;
  const status = useResource(paths.status, 0, ask.status).value;
  return (
    <div class="snippets">
      <Snippet
        title="Node.js, no code change"
        text={startCommand({ server: origin, group, agentFile: status?.agentFile })}
      />
      <Snippet
        title="Any runtime: send a pprof, JFR, CodeGuru or folded file"
        text={`${isNew ? creation(group) : ''}curl --data-binary @cpu.pprof \\\n  ${origin}/api/v1/groups/${group}/profiles`}
      />
    </div>
  );
}

const creation = (group: string) =>
  `curl -H 'content-type: application/json' \\\n  -d '{"name":"${group}"}' \\\n  ${location.origin}/api/v1/groups\n`;

const Snippet = ({ title, text }: { title: string; text: string }) => (
  <figure class="snippet">
    <figcaption>
      {title}
      <button
        type="button"
        class="button"
        onClick={() => void copy(text.replace(/ \\\n */g, ' '), 'Command')}
      >
        Copy
      </button>
    </figcaption>
    <pre>{text}</pre>
  </figure>
);
