import { Problem } from '@everflame/model';
import { ProtoReader, VARINT } from './proto-reader.ts';

const LAST_FIELD = 15;
const SAMPLE_TYPE = 1;
/** Two string rows: two tags and two varints. Text that begins with a line feed claims more. */
const MAX_VALUE_TYPE = 22;

/**
 * There is no magic number. Every top-level field of the head must exist with its wire type, and the
 * first sample type must look like one; a head without any is taken where its first byte is no text.
 */
export function acceptsPprof(head: Uint8Array): boolean {
  const reader = new ProtoReader(head);
  try {
    while (reader.pos < reader.end) {
      const field = reader.tag();
      if (!isKnown(field, reader.wire)) return false;
      if (field === SAMPLE_TYPE) return isValueType(reader);
      reader.skip();
    }
  } catch (error) {
    // The head ends inside a long field.
    if (!(error instanceof Problem)) throw error;
    if (error.code !== 'truncated-profile') return false;
  }
  return head.length > 0 && head[0]! < 0x20 && !isText(head[0]!);
}

const isText = (byte: number): boolean => byte === 0x0a || byte === 0x0d || byte === 0x09;

function isKnown(field: number, wire: number): boolean {
  if (field > LAST_FIELD) return false;
  const isMessage = field <= 6 || field === 11;
  // Comments (13) come packed or not.
  return field === 13 ? wire === 2 || wire === VARINT : wire === (isMessage ? 2 : VARINT);
}

function isValueType(reader: ProtoReader): boolean {
  const end = reader.delimited();
  if (end - reader.pos > MAX_VALUE_TYPE) return false;
  reader.end = end;
  while (reader.pos < end) {
    if (reader.tag() > 2 || reader.wire !== VARINT) return false;
    reader.varint();
  }
  return true;
}
