/**
 * What must never reach a screen as it is: C0 and C1 controls and DEL, controls of direction
 * (U+061C, U+200E, U+200F, U+202A–E, U+2066–9), characters without width or ink that hide or
 * split words (U+00AD, U+180E, U+200B–D, U+2060–4, U+206A–F, U+FE00–F, U+FEFF, U+FFF9–B), line and
 * paragraph separators, lone surrogates, and tags (U+E0000–E007F).
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\u{d800}-\u{dfff}\u{e0000}-\u{e007f}]/gu;

const ellipsis = '…';

/**
 * Text from outside (a comm, a cgroup name, an engine's answer) made fit to be shown: unsafe
 * characters as `\x1b` or `\u202e`, at most `max` UTF-16 units with `…` for what is cut.
 */
export function safe(text: string, max = 256): string {
  // Twice the room is enough to know that it is too long; the rest of a huge text is not touched.
  const escaped = text.slice(0, max * 2).replace(unsafe, escapeCharacter);
  if (escaped.length <= max && text.length <= max * 2) return escaped;
  return cutAt(escaped, Math.max(0, max - 1)) + ellipsis;
}

/** Whether `safe` would change the text for other reasons than its length. */
export const isSafe = (text: string): boolean => text.search(unsafe) < 0;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}

/** Cuts without splitting a surrogate pair. */
function cutAt(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
