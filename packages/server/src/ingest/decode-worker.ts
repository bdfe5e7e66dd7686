import { parentPort, type TransferListItem } from 'node:worker_threads';
import { Problem } from '@everflame/model';
import type { DecodedUpload, DecodeJob, DecodeReply } from './decode-job.ts';
import { decodeUpload } from './decode-upload.ts';

/** The program of a decoder thread: one job at a time, an answer to each. */
parentPort?.on('message', (job: DecodeJob) => {
  reply(job).then(
    (answer) => parentPort?.postMessage(answer, transferred(answer)),
    // Nobody is left to answer to; the pool sees the thread die and answers for it.
    (error: unknown) => {
      throw error;
    },
  );
});

async function reply(job: DecodeJob): Promise<DecodeReply> {
  try {
    return { kind: 'decoded', upload: await decodeUpload(job) };
  } catch (error) {
    if (error instanceof Problem) {
      return { kind: 'problem', code: error.code, detail: error.message };
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'bug', message, stack: stack ?? '' };
  }
}

function transferred(answer: DecodeReply): TransferListItem[] {
  return answer.kind === 'decoded' ? [...new Set(columnsOf(answer.upload))] : [];
}

function columnsOf({ profile }: DecodedUpload): ArrayBuffer[] {
  const { frames, frameId, nodes, series, frameSeries } = profile;
  return [
    frames.runtime,
    frameId,
    nodes.id,
    nodes.parent,
    nodes.frame,
    nodes.firstOnPath,
    nodes.lineFrom,
    nodes.lineTo,
    ...series.flatMap((one) => [one.node, one.line, one.self]),
    ...frameSeries.flatMap((one) => [one.frame, one.self, one.total]),
  ].map((column) => column.buffer as ArrayBuffer);
}
