/** A frame as the camera gave it. */
export interface StillPicture {
  /** Address of the picture in this page; to be revoked by who asked. */
  readonly address: string;
  readonly mediaTimeUs: number;
}

/** Fetches the newest frame without graphics. @throws Error when there is none. */
export async function fetchStill(channel: string, size: 'full' | 'small'): Promise<StillPicture> {
  const answer = await fetch(`/${size === 'full' ? 'still' : 'clean'}/${channel}.jpg`, {
    cache: 'no-store',
    signal: AbortSignal.timeout(6_000),
  });
  const mediaTimeUs = Number(answer.headers.get('X-Media-Time-Us') ?? Number.NaN);
  if (answer.status !== 200 || !Number.isFinite(mediaTimeUs)) throw new Error('the channel has no picture now');
  return { address: URL.createObjectURL(await answer.blob()), mediaTimeUs };
}
