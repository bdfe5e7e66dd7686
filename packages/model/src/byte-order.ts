/** Of this machine: what typed arrays of more than a byte an item look like from a buffer. */
export const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Where the low and high halves of a 64-bit value lie, in 32-bit words. */
export const low = isLittleEndian ? 0 : 1;
export const high = 1 - low;
