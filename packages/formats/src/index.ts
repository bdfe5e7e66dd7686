export {
  type CodeGuruMeta,
  type CodeGuruNode,
  type CodeGuruProfile,
  encodeCodeGuru,
} from './codeguru/encode.ts';
export { decode, formats } from './decode.ts';
export { encodeFolded } from './folded/encode.ts';
export {
  type Codec,
  type DecodeContext,
  type DecodeOptions,
  defaultLimits,
  type Format,
  type Hints,
  type Inflate,
  type Limits,
} from './format.ts';
export { ionBytes } from './ion/write.ts';
export { encodePprof, type PprofMeta } from './pprof/encode.ts';
