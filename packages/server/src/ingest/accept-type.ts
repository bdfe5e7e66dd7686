import { Problem } from '@everflame/model';

/** Types under which agents, browsers and command lines send files; what is inside is seen from the bytes. */
const acceptedType =
  /^(multipart\/form-data|text\/plain|application\/(octet-stream|json|gzip|x-gzip|zstd|protobuf|x-protobuf|x-amzn-ion|vnd\.google\.protobuf|x-www-form-urlencoded))\s*(;|$)/i;

/** Throws Problem('unsupported-media-type'). */
export function acceptType(contentType: string): void {
  if (contentType === '' || acceptedType.test(contentType)) return;
  throw new Problem(
    'unsupported-media-type',
    `A profile is sent as application/octet-stream, JSON, Ion, text or multipart/form-data, not as “${contentType}”.`,
  );
}
