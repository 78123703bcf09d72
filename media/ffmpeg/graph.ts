import { AV_BUFFERSRC_FLAG_KEEP_REF, AVERROR_EAGAIN, AVERROR_EOF, type AVSampleFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { avChannelLayoutDescribe, avGetSampleFmtName, Filter, type FilterContext, FilterGraph, FilterInOut } from 'node-av/lib';
import { check, MediaError, newFrame } from './native.js';

/** A chain of FFmpeg filters with one input and one output, fed and read frame by frame on FFmpeg's threads. Times are microseconds. */
export class Graph {
  private constructor(
    private readonly graph: FilterGraph,
    private readonly input: FilterContext,
    private readonly output: FilterContext,
  ) {}

  /**
   * @param like a frame whose size, format, colour and pixel shape every later frame shares.
   * @param filters FFmpeg's filter syntax, e.g. `transpose=clock,format=yuv420p`.
   */
  static video(like: Frame, filters: string): Promise<Graph> {
    return Graph.open(filters, 'buffersink', (graph) => {
      const input = required(graph.allocFilter(named('buffer'), 'in'), 'buffer');
      check(
        input.buffersrcParametersSet({
          width: like.width,
          height: like.height,
          format: like.format,
          timeBase: { num: 1, den: 1_000_000 },
          sampleAspectRatio: like.sampleAspectRatio,
          colorRange: like.colorRange,
          colorSpace: like.colorSpace,
        }),
        'video filter input',
      );
      check(input.init(null), 'video filter input');
      return input;
    });
  }

  /** @param like a frame whose sample format, rate and layout every later frame shares. */
  static audio(like: Frame, filters: string): Promise<Graph> {
    return Graph.open(filters, 'abuffersink', (graph) => {
      const format = avGetSampleFmtName(like.format as AVSampleFormat) ?? '';
      const layout = avChannelLayoutDescribe(like.channelLayout) ?? `${like.channels}c`;
      const args = `time_base=1/1000000:sample_rate=${like.sampleRate}:sample_fmt=${format}:channel_layout=${layout}`;
      return required(graph.createFilter(named('abuffer'), 'in', args), 'abuffer');
    });
  }

  private static async open(filters: string, sink: SinkName, makeInput: (graph: FilterGraph) => FilterContext): Promise<Graph> {
    const graph = new FilterGraph();
    graph.alloc();
    try {
      // One thread: the filters here are light, and the threads are wanted by the decoder and the encoder.
      graph.nbThreads = 1;
      const input = makeInput(graph);
      const output = required(graph.createFilter(named(sink), 'out', null), sink);
      const outputs = new FilterInOut();
      const inputs = new FilterInOut();
      outputs.alloc();
      inputs.alloc();
      outputs.name = 'in';
      outputs.filterCtx = input;
      outputs.padIdx = 0;
      inputs.name = 'out';
      inputs.filterCtx = output;
      inputs.padIdx = 0;
      check(graph.parsePtr(filters, inputs, outputs), `filter "${filters}"`);
      check(await graph.config(), `filter "${filters}"`);
      return new Graph(graph, input, output);
    } catch (error) {
      graph.free();
      throw error;
    }
  }

  /** Feeds one frame, which stays the caller's; null ends the chain. */
  async push(frame: Frame | null): Promise<void> {
    check(await this.input.buffersrcAddFrame(frame, AV_BUFFERSRC_FLAG_KEEP_REF), 'filter');
  }

  /** @returns the next frame, the caller's to free; null while the chain wants more, and at its end. */
  async pull(): Promise<Frame | null> {
    const frame = newFrame();
    const code = await this.output.buffersinkGetFrame(frame);
    if (code >= 0) return frame;
    frame.free();
    if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return null;
    check(code, 'filter');
    return null;
  }

  close(): void {
    this.graph.free();
  }
}

type SinkName = 'buffersink' | 'abuffersink';

function named(name: 'buffer' | 'abuffer' | SinkName): Filter {
  const filter = Filter.getByName(name);
  if (!filter) throw new MediaError(`this FFmpeg has no "${name}" filter`);
  return filter;
}

function required(context: FilterContext | null, name: string): FilterContext {
  if (!context) throw new MediaError(`FFmpeg could not make a "${name}" filter`);
  return context;
}
