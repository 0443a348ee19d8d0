import Anser from 'anser';
import { splitMasks } from '#lib/masks.ts';

/** A piece of a line that looks the same throughout. `text` of a mask is as it stands in the log. */
export interface Segment {
  readonly text: string;
  /** The secret that was masked here. */
  readonly mask?: string;
  readonly colour?: AnsiColour;
  readonly isBold?: boolean;
}

export type AnsiColour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'grey';

/** Titles of windows, links and the like, which end in BEL or ESC \. */
// oxlint-disable-next-line no-control-regex -- these are the characters that we look for
const OPERATING_SYSTEM_COMMAND = /\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?/g;
// oxlint-disable-next-line no-control-regex -- these are the characters that we look for
const CONTROL = /[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F]/g;
const ESCAPE = '\u001B';
/** As the library that reads the colours takes them: with a command, or cut off before it. */
// oxlint-disable-next-line no-control-regex -- these are the characters that we look for
const CODE = /\u001B\[(?:[!<-?]*[\d;]*[ -,]*[@-~])?/g;

/** What is neither text nor the code of a colour. */
const withoutControls = (text: string): string =>
  (text.includes(ESCAPE) ? text.replaceAll(OPERATING_SYSTEM_COMMAND, '') : text).replaceAll(
    CONTROL,
    '',
  );

/** Colours and masks of a line, in order. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = [];
  const clean = withoutControls(text);
  // `fg` is null where there is none, whatever the types of the library say.
  const entries: readonly { content: string; fg: string | null; decorations: readonly string[] }[] =
    clean.includes(ESCAPE)
      ? Anser.ansiToJson(clean, { use_classes: true, remove_empty: true })
      : [{ content: clean, fg: null, decorations: [] }];
  for (const { content, fg, decorations } of entries) {
    const colour = COLOURS[fg?.replace(/^ansi-bright-(?!black)/, 'ansi-') ?? ''];
    const look = {
      ...(colour !== undefined && { colour }),
      ...(decorations.includes('bold') && { isBold: true }),
    };
    for (const piece of splitMasks(content.replaceAll(ESCAPE, ''))) {
      segments.push(
        piece.kind === 'mask'
          ? { text: `[masked: ${piece.name}]`, mask: piece.name, ...look }
          : { text: piece.text, ...look },
      );
    }
  }
  return segments;
}

/** Black and white are left as ink: on one of our two grounds either would be unreadable. */
const COLOURS: Readonly<Record<string, AnsiColour>> = {
  'ansi-red': 'red',
  'ansi-green': 'green',
  'ansi-yellow': 'yellow',
  'ansi-blue': 'blue',
  'ansi-magenta': 'magenta',
  'ansi-cyan': 'cyan',
  'ansi-bright-black': 'grey',
};

/** A line as one reads, searches and copies it: the text of its segments, in a fraction of their time. */
export function plainOf(text: string): string {
  const clean = withoutControls(text);
  return clean.includes(ESCAPE) ? clean.replaceAll(CODE, '').replaceAll(ESCAPE, '') : clean;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface MarkedSegment extends Segment {
  /** Which of the ranges it belongs to. */
  readonly hit?: number;
}

/** Cuts segments where ranges of the plain text begin and end; a mask that is touched is hit as a whole. */
export function markSegments(
  segments: readonly Segment[],
  ranges: readonly Range[],
): MarkedSegment[] {
  const marked: MarkedSegment[] = [];
  let at = 0;
  for (const segment of segments) {
    const end = at + segment.text.length;
    const touching = ranges
      .map((range, hit) => ({ ...range, hit }))
      .filter(({ from, to }) => from < end && to > at);
    if (segment.mask !== undefined) {
      marked.push(touching[0] === undefined ? segment : { ...segment, hit: touching[0].hit });
    } else {
      let from = at;
      for (const range of touching) {
        const start = Math.max(range.from, from);
        if (start > from)
          marked.push({ ...segment, text: segment.text.slice(from - at, start - at) });
        const stop = Math.min(range.to, end);
        marked.push({
          ...segment,
          text: segment.text.slice(start - at, stop - at),
          hit: range.hit,
        });
        from = stop;
      }
      if (from < end) marked.push({ ...segment, text: segment.text.slice(from - at) });
    }
    at = end;
  }
  return marked;
}
