const SHOWN_CHARACTERS = 40;
const SHOWN_BYTES = 8;

/** How bytes that are no profile begin, as a sentence for whoever sent them. `subject`: `The body`, for instance. */
export function whatCame(bytes: Uint8Array, subject: string): string {
  const text = textOf(bytes);
  if (text === undefined) {
    const shown = [...bytes.subarray(0, SHOWN_BYTES)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    return `${subject} begins with the bytes ${shown.join(' ')}, as no known format does.`;
  }
  // What curl sends for `-d cpu.pprof`, where `-d @cpu.pprof` or better `--data-binary @cpu.pprof` was meant.
  if (/^[\w./~-]+\.\w+$/.test(text)) {
    return `${subject} begins with “${clipped(text)}”: did you mean @${clipped(text)}?`;
  }
  return `${subject} begins with “${clipped(text)}”, as no known format does.`;
}

/** The first line, where the bytes begin like a text. */
function textOf(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, 4 * SHOWN_CHARACTERS)).trim();
  // A character may be cut at the end of the head, and nowhere else.
  if (/[\p{Cc}\uFFFD]/u.test(head.slice(0, -1).replace(/[\r\n\t]/g, ' '))) return undefined;
  return head.split(/[\r\n]/)[0];
}

const clipped = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
