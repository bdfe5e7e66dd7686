import { copy } from '../shell/clipboard.ts';

interface SnippetsProps {
  readonly group: string;
  /** An agent makes its group itself; who sends files makes it first. */
  readonly isNew?: boolean;
}

/** How an application comes to be seen here. */
export const Snippets = ({ group, isNew = false }: SnippetsProps) => {
  const { origin } = location;
  return (
    <div class="snippets">
      <Snippet
        title="Node.js, no code change"
        text={`EVERFLAME_SERVER=${origin} EVERFLAME_GROUP=${group} \\\n  node --import @everflame/agent/start app.js`}
      />
      <Snippet
        title="Any runtime: send a pprof, CodeGuru or folded file"
        text={`${isNew ? creation(group) : ''}curl --data-binary @cpu.pprof ${origin}/api/v1/groups/${group}/profiles`}
      />
    </div>
  );
};

const creation = (group: string) =>
  `curl -H 'content-type: application/json' -d '{"name":"${group}"}' ${location.origin}/api/v1/groups\n`;

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
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
    <pre tabIndex={0}>{text}</pre>
  </figure>
);
