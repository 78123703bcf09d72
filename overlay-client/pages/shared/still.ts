/** A frame as the camera gave it. */
export interface StillPicture {
  /** Address of the picture in this page; to be revoked by who asked. */
  readonly address: string;
  readonly mediaTimeUs: number;
}

/** Of which frame a picture's answer is; NaN where it does not say. */
export function mediaTimeOf(answer: Response): number {
  return Number(answer.headers.get('X-Media-Time-Us') ?? Number.NaN);
}

/** Fetches the newest frame without graphics, in the source's size. @throws Error when there is none. */
export async function fetchStill(channel: string): Promise<StillPicture> {
  return await pictureIn(await ask(`/still/${channel}.jpg`));
}

/**
 * Fetches the newest frame without graphics, small.
 * @param knownUs the frame that is shown already
 * @returns undefined when there is no newer one. @throws Error when there is none at all.
 */
export async function fetchNewer(channel: string, knownUs: number): Promise<StillPicture | undefined> {
  const answer = await ask(`/clean/${channel}.jpg`);
  if (mediaTimeOf(answer) !== knownUs) return await pictureIn(answer);
  // A body that is not read costs its connection.
  await answer.blob();
  return undefined;
}

async function ask(address: string): Promise<Response> {
  return await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(6_000) });
}

async function pictureIn(answer: Response): Promise<StillPicture> {
  const mediaTimeUs = mediaTimeOf(answer);
  if (answer.status !== 200 || !Number.isFinite(mediaTimeUs)) throw new Error('the channel has no picture now');
  return { address: URL.createObjectURL(await answer.blob()), mediaTimeUs };
}
