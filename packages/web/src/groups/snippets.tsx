import { copy } from '../shell/clipboard.ts';

interface SnippetsProps {
  /** Filled in where the group is known. */
  readonly group: string;
}

/** How an application comes to be seen here. */
export const Snippets = ({ group }: SnippetsProps) => {
  const { origin } = location;
  return (
    <div class="snippets">
      <Snippet
        title="Node.js, no code change"
        text={`EVERFLAME_SERVER=${origin} EVERFLAME_GROUP=${group} \\\n  node --import @everflame/agent/start app.js`}
      />
      <Snippet
        title="Any runtime: send a pprof, CodeGuru or folded file"
        text={`curl --data-binary @cpu.pprof \\\n  ${origin}/api/v1/groups/${group}/profiles`}
      />
    </div>
  );
};

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
