import { frameMagic, frameVersion, header, section, sections, type SectionName } from './layout';

/** A frame that does not keep to its own layout. `where` names the place, never the content. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame';
  constructor(readonly where: string) {
    super(`malformed frame: ${where}`);
  }
}

interface Section {
  readonly start: number;
  readonly count: number;
}

/**
 * Checked access to the bytes of one frame. Sections are proven to lie inside the frame when it is
 * made, so that record offsets below `count` need no check of their own.
 */
export class FrameView {
  readonly revision: number;
  /** 0: a full frame. */
  readonly base: number;
  /** CLOCK_BOOTTIME, milliseconds. */
  readonly bootTime: number;
  /** The frame as 32-bit words in the order of this machine: twice as fast as a DataView. */
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #sections: ReadonlyMap<SectionName, Section>;
  readonly #texts = new Map<number, Map<number, string>>();
  /** Honest texts do not overlap much; without a budget a small frame could ask for gigabytes. */
  #textBudget: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#words = wordsOf(bytes);
    this.#textBudget = 4 * bytes.byteLength;
    if (bytes.byteLength < header.size) throw new MalformedFrame('header');
    if (this.u32(header.magic) !== frameMagic) throw new MalformedFrame('magic');
    if (this.u32(header.version) !== frameVersion) throw new MalformedFrame('version');
    if (this.safe(header.bytes, 'bytes') !== bytes.byteLength) throw new MalformedFrame('bytes');
    this.revision = this.safe(header.revision, 'revision');
    this.base = this.safe(header.base, 'base');
    if (this.base >= this.revision) throw new MalformedFrame('base');
    this.bootTime = Number(this.u64(header.boottime)) / 1e6;
    this.#sections = new Map(
      sections.map(({ name, record }, i) => [name, this.#section(i, name, record)]),
    );
  }

  u8(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  /** `at` is a multiple of 4. */
  u32(at: number): number {
    return this.#words[at >>> 2] ?? 0;
  }

  u64(at: number): bigint {
    return (BigInt(this.u32(at + 4)) << 32n) | BigInt(this.u32(at));
  }

  /** A 64-bit number that the model keeps as a `number`: beyond 2^53 it would not be itself. */
  safe(at: number, where: string): number {
    const high = this.u32(at + 4);
    if (high > 0x1f_ffff) throw new MalformedFrame(where);
    return high * 0x1_0000_0000 + this.u32(at);
  }

  section(name: SectionName): Section {
    const found = this.#sections.get(name);
    if (!found) throw new MalformedFrame(name);
    return found;
  }

  /** Text of NSB_SEC_STRINGS; bytes that are not UTF-8 become U+FFFD. Shared texts are one string. */
  text(offset: number, length: number, max: number, where: string): string {
    const known = this.#texts.get(offset)?.get(length);
    if (known !== undefined) return known;
    const strings = this.section('STRINGS');
    if (length > max || offset > strings.count || length > strings.count - offset) {
      throw new MalformedFrame(where);
    }
    this.#textBudget -= length;
    if (this.#textBudget < 0) throw new MalformedFrame('overlapping texts');
    const text = this.bytes(strings.start + offset, length);
    let lengths = this.#texts.get(offset);
    if (!lengths) this.#texts.set(offset, (lengths = new Map<number, string>()));
    lengths.set(length, text);
    return text;
  }

  bytes(at: number, length: number): string {
    return utf8.decode(this.#bytes.subarray(at, at + length));
  }

  #section(index: number, name: SectionName, record: number): Section {
    const at = header.sections + index * section.size;
    const start = this.u32(at + section.offset);
    const count = this.u32(at + section.count);
    if (count === 0) return { start: 0, count: 0 };
    if (start % 8 !== 0 || start < header.size || start + count * record > this.#bytes.byteLength) {
      throw new MalformedFrame(name);
    }
    return { start, count };
  }
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function wordsOf(bytes: Uint8Array): Uint32Array {
  const count = bytes.byteLength >>> 2;
  if (isLittleEndian && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

// A byte order mark is a character like any other here: names must survive the way back.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
