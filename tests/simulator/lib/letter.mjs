// A mail's text as a reader shows it (RFC 5322, 2045, 2047), strict where a sloppy sender would be found out.
export class Malformed extends Error {}

const NEEDED = ['date', 'from', 'to', 'subject', 'message-id'];
const utf8 = new TextDecoder('utf-8', { fatal: true });

function text(bytes) {
  try { return utf8.decode(bytes); } catch { throw new Malformed('not UTF-8'); }
}

const quoted = (line) => Buffer.from(line.replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))), 'latin1');

/** Encoded words of one header put together. Each must hold whole characters, or a strict reader shows rubbish. */
function words(value) {
  const one = /=\?utf-8\?([bq])\?([^? ]*)\?=/gi;
  return value.replace(/(\?=)\s+(?==\?)/g, '$1').replace(one, (_, how, coded) =>
    text(how.toLowerCase() === 'b' ? Buffer.from(coded, 'base64') : quoted(coded.replaceAll('_', ' '))));
}

function body(lines, headers) {
  const [type, ...details] = (headers['content-type'] ?? 'text/plain').split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'text/plain') throw new Malformed('only text/plain is read here');
  const how = (headers['content-transfer-encoding'] ?? '7bit').toLowerCase();
  if (how === '7bit') return lines.join('\n');
  if (!details.some((each) => each.replaceAll('"', '') === 'charset=utf-8')) throw new Malformed('the text must say that it is UTF-8');
  if (how === 'base64') return text(Buffer.from(lines.join(''), 'base64')).replaceAll('\r\n', '\n');
  if (how === 'quoted-printable') return text(quoted(lines.join('\n').replace(/=\n/g, '')));
  throw new Malformed(`unknown encoding ${how}`);
}

/** @returns {{subject: string, sender: string, text: string, code: string, message_id: string}} */
export function readLetter(lines) {
  const gap = lines.indexOf('');
  if (gap < 0) throw new Malformed('no end of the header');
  const headers = {};
  for (const line of lines.slice(0, gap).join('\r\n').replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const [, name, value] = /^([!-9;-~]+): ?([\t -~]*)$/.exec(line) ?? [];
    if (!name) throw new Malformed('a header line is no header line');
    if (name.toLowerCase() in headers) throw new Malformed(`two of ${name}`);
    headers[name.toLowerCase()] = value;
  }
  for (const name of NEEDED) if (!headers[name]) throw new Malformed(`no ${name}`);
  if (!/^<[^<>@\s]+@[^<>@\s]+>$/.test(headers['message-id']) || Number.isNaN(Date.parse(headers.date))) throw new Malformed('date or message id');
  const said = body(lines.slice(gap + 1), headers).trimEnd();
  return { subject: words(headers.subject), sender: words(headers.from), text: said, code: /(?<!\d)\d{6}(?!\d)/.exec(said)?.[0] ?? '', message_id: headers['message-id'].slice(1, -1) };
}
