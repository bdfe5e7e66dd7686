export * from './key-schemas.ts';
export * from './paths.ts';
export * from './schemas.ts';
