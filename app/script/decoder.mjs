// Reads a QR code out of a picture, for browsers that cannot by themselves. Loaded only when a cashier starts to scan.
import decodeQR from 'qr/decode.js';

// The text of the code in a picture (`{ data, width, height }`, RGBA), or null.
export function decode(picture) {
  try {
    return decodeQR(picture);
  } catch (error) {
    return null;
  }
}
