/**
 * What Everflame's own encoder adds, so that reading back loses nothing. Other readers skip fields they
 * do not know and show comments as they are. 15 is far from any number the format may come to use, and
 * the last whose tag is one byte: pprof-format, which most JavaScript tools read with, knows no longer ones.
 */

/** Of Line: the last line seen at this node, where it differs from `line`. */
export const LINE_TO = 15;
/** Of Function: row of the runtime's name in the string table. */
export const FUNCTION_RUNTIME = 15;
/** Of a sample's labels: the thread state, one of model's `threadStates`. */
export const THREAD_STATE = 'thread_state';

/** Comments. The first marks the file as ours. */
export const MARK = 'everflame:1';
export const LABEL_PREFIX = 'everflame:label:';
export const TEMPORALITY_PREFIX = 'everflame:temporality:';
