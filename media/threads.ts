/**
 * What `UV_THREADPOOL_SIZE` must be where a channel process is started. Every FFmpeg call that waits for the network holds one of libuv's
 * threads, of which there are four by default: a source and three outputs waiting for their callers would stop decoding and encoding too.
 * It cannot be set from within: the pool is running before the first line of a program is.
 */
export const CHANNEL_THREADS = 32;
