// Makes X.509 certificates with Node's own means: just enough DER for a provider's certificates in a test.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';

const der = (tag, ...parts) => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts) => der(0x30, ...parts);
const set = (...parts) => der(0x31, ...parts);
const integer = (bytes) => der(0x02, bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
const oid = (text) => {
  const [a, b, ...rest] = text.split('.').map(Number);
  const bytes = [a * 40 + b];
  for (const arc of rest) {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
};
const utf8 = (text) => der(0x0c, Buffer.from(text));
const time = (date) => der(0x17, Buffer.from(date.toISOString().slice(2, 19).replace(/[-:T]/g, '') + 'Z'));
const RSA_SHA256 = sequence(oid('1.2.840.113549.1.1.11'), der(0x05));
const ATTRIBUTES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' };

const nameOf = (pairs) => sequence(...pairs.map(([key, value]) => set(sequence(oid(ATTRIBUTES[key]), key === 'C' ? der(0x13, Buffer.from(value)) : utf8(value)))));

/**
 * A certificate in PEM. Names are lists of [attribute, value], first RDN first.
 * @returns {{pem: string, serialHex: string, serialDecimal: string, issuer: Array}}
 */
export function certificate({ subject, issuer, publicKey, issuerKey, years = 5, authority = false }) {
  const serial = randomBytes(20);
  serial[0] = (serial[0] & 0x7f) | 0x40;
  const from = new Date(Date.now() - 86_400_000);
  const to = new Date(from.getTime() + years * 365 * 86_400_000);
  const extensions = authority ? [der(0xa3, sequence(sequence(oid('2.5.29.19'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff])))))))] : [];
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))), integer(serial), RSA_SHA256, nameOf(issuer), sequence(time(from), time(to)), nameOf(subject),
    createPublicKey(publicKey).export({ type: 'spki', format: 'der' }), ...extensions,
  );
  const signature = sign('sha256', body, createPrivateKey(issuerKey));
  const whole = sequence(body, RSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const pem = `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
  return { pem, serialHex: serial.toString('hex').toUpperCase(), serialDecimal: BigInt(`0x${serial.toString('hex')}`).toString(), issuer,
    effective: from.getTime(), expires: to.getTime() };
}

/** The number by which Alipay names a certificate. */
export const alipaySn = (cert) =>
  createHash('md5').update(`${[...cert.issuer].reverse().map(([key, value]) => `${key}=${value}`).join(',')}${cert.serialDecimal}`).digest('hex');
