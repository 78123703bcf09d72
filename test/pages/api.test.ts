import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FakeChannel } from '../support/fake-channel.js';
import { serve, type TestServer } from '../support/serve.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Like fetch, but the path goes out as written and any header may be set. */
async function ask(
  server: TestServer,
  path: string,
  o: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const out = request(
      { host: '127.0.0.1', port: server.port, path, method: o.method ?? 'GET', headers: o.headers, agent: false },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }));
      },
    );
    out.on('error', reject);
    out.end(o.body);
  });
}

async function command(server: TestServer, body: unknown, headers: Record<string, string> = {}, channel = 'race'): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return await ask(server, `/api/channels/${channel}/command`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: text,
  });
}

describe('HTTP API', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaderline-api-'));
  let race: FakeChannel;
  let shop: FakeChannel;
  let server: TestServer;
  before(async () => {
    mkdirSync(join(folder, 'hls'));
    writeFileSync(join(folder, 'hls', 'index.m3u8'), '#EXTM3U\n');
    writeFileSync(join(folder, 'hls', 'seg-1.m4s'), 'segment');
    writeFileSync(join(folder, 'secret.m3u8'), 'secret');
    race = new FakeChannel({ id: 'race', hlsDirectory: join(folder, 'hls') });
    shop = new FakeChannel({ id: 'shop', kind: 'shop' });
    server = await serve([race, shop]);
  });
  after(async () => {
    await server.close();
    race.close();
    shop.close();
    rmSync(folder, { recursive: true });
  });

  test('tells every channel, and one', async () => {
    const all = JSON.parse((await ask(server, '/api/channels')).text);
    assert.deepEqual(
      all.map((c: { scene: { title: string } }) => c.scene.title),
      ['100 m final', 'Corner shop'],
    );
    const one = await ask(server, '/api/channels/shop');
    assert.equal(JSON.parse(one.text).scene.channel, 'shop');
    const none = await ask(server, '/api/channels/nowhere');
    assert.equal(none.status, 404);
    assert.match(none.text, /no channel.+nowhere.+race, shop/);
  });

  test('a command takes effect; one the channel refuses is 409; a bad one is 400 with one line', async () => {
    const done = await command(server, { command: 'graphic.set', graphic: 'gaps', on: true });
    assert.equal(done.status, 200);
    assert.equal(race.graphics.find((g) => g.id === 'gaps')?.on, true);
    const refused = await command(server, { command: 'graphic.set', graphic: 'ghost', on: true });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /"ghost.*is not on this channel/);
    for (const bad of [
      '{',
      'null',
      '[]',
      '{"command":"channel.explode"}',
      '{"command":"graphic.set","graphic":3}',
      `"${'x'.repeat(9000)}"`,
    ]) {
      const answer = await command(server, bad);
      assert.equal(answer.status, 400, bad.slice(0, 50));
      assert.ok(!JSON.parse(answer.text).error.includes('\n'));
    }
    assert.equal((await command(server, { command: 'channel.stop' }, {}, 'nowhere')).status, 404);
  });

  test('bodies over 256 KB, declared or not, and of another type are refused', async () => {
    const big = `{"command":"graphic.set","graphic":"gaps","data":{"a":"${'x'.repeat(270_000)}"}}`;
    assert.equal((await command(server, big)).status, 413);
    assert.equal((await command(server, big, { 'Transfer-Encoding': 'chunked' })).status, 413);
    assert.equal((await command(server, '{"command":"channel.stop"}', { 'Content-Type': 'text/plain' })).status, 415);
    assert.equal(race.status.running, true);
  });

  test('a page of another origin, or a name that points here, gets nowhere', async () => {
    const forged = await command(server, { command: 'channel.stop' }, { Origin: 'http://evil.example' });
    assert.equal(forged.status, 403);
    assert.equal((await command(server, { command: 'channel.stop' }, { Origin: 'null' })).status, 403);
    const rebound = await ask(server, '/api/channels', { headers: { Host: 'evil.example:8080' } });
    assert.equal(rebound.status, 421);
    const own = await command(server, { command: 'graphics.allOff' }, { Origin: `http://127.0.0.1:${server.port}` });
    assert.equal(own.status, 200);
    assert.equal(race.status.running, true);
  });

  test('control through a proxy, or with a wrong token, needs the right one', async () => {
    const proxied = await command(server, { command: 'channel.stop' }, { 'X-Forwarded-For': '203.0.113.9' });
    assert.equal(proxied.status, 401);
    assert.match(proxied.text, /LEADERLINE_TOKEN/);
    const guarded = await serve([race], { token: 'correct-horse' });
    try {
      const wrong = await command(guarded, { command: 'channel.stop' }, { Authorization: 'Bearer battery-staple' });
      assert.equal(wrong.status, 401);
      assert.equal(guarded.logged.length, 1);
      assert.match(guarded.logged[0] ?? '', /401 control of race from .*127\.0\.0\.1: wrong token/);
      assert.ok(!guarded.logged.join().includes('battery'), 'the token stays out of the log');
      const far = { 'X-Forwarded-For': '203.0.113.9' };
      assert.equal((await command(guarded, { command: 'graphics.allOff' }, far)).status, 401);
      assert.equal((await command(guarded, { command: 'graphics.allOff' }, { ...far, Authorization: 'Bearer correct-horse' })).status, 200);
      assert.equal((await command(guarded, { command: 'graphics.allOff' })).status, 200, 'this machine needs none');
    } finally {
      await guarded.close();
    }
  });

  test('HLS: right types, playlist not cached, nothing outside the folder', async () => {
    const playlist = await ask(server, '/hls/race/index.m3u8');
    assert.equal(playlist.status, 200);
    assert.equal(playlist.headers['content-type'], 'application/vnd.apple.mpegurl');
    assert.match(String(playlist.headers['cache-control']), /no-cache/);
    assert.equal((await ask(server, '/hls/race/seg-1.m4s')).headers['content-type'], 'video/iso.segment');
    for (const path of [
      '/hls/race/../secret.m3u8',
      '/hls/race/%2e%2e/secret.m3u8',
      '/hls/race/..%2fsecret.m3u8',
      '/hls/race/%2e%2e%2fsecret.m3u8',
      '/hls/race/..%5csecret.m3u8',
      '/hls/race//secret.m3u8',
      '/assets/../../../package.json',
      '/assets/..%2f..%2fpackage.json',
      '/assets/%00.js',
      '/assets/.env.json',
      '/hls/shop/index.m3u8',
      '/hls/nowhere/index.m3u8',
    ]) {
      const answer = await ask(server, path);
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(answer.text, /secret"?$|"dependencies"/, path);
    }
    assert.ok([400, 404].includes((await ask(server, '/assets/%zz.js')).status));
  });

  test('preview is a JPEG, and nothing while there is no picture', async () => {
    const picture = await ask(server, '/preview/race.jpg');
    assert.equal(picture.headers['content-type'], 'image/jpeg');
    assert.ok(picture.text.length > 1000);
    await race.command({ command: 'channel.stop' });
    assert.equal((await ask(server, '/preview/race.jpg')).status, 204);
    await race.command({ command: 'channel.start' });
  });

  test('health turns 503 with the channel that ails', async () => {
    assert.equal((await ask(server, '/healthz')).status, 200);
    race.publishStatus({ source: 'lost', message: 'the camera is silent; trying again in 2 s' });
    const ill = await ask(server, '/healthz');
    assert.equal(ill.status, 503);
    assert.deepEqual(JSON.parse(ill.text).channels[0], {
      channel: 'race',
      ok: false,
      source: 'lost',
      message: 'the camera is silent; trying again in 2 s',
    });
    race.publishStatus({ source: 'live', message: '' });
  });

  test('metrics are Prometheus text with every channel', async () => {
    const { text } = await ask(server, '/metrics');
    for (const line of text.trim().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) leaderline_\w+ .+|leaderline_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? (-?[\d.e+-]+|NaN))$/);
    assert.match(text, /leaderline_frames_predicted_total\{channel="race"\} 2\n/);
    assert.match(text, /leaderline_stage_milliseconds\{channel="shop",stage="track",stat="p99"\} 19\n/);
    assert.match(text, /leaderline_clients\{channel="race",kind="page"\} 0\n/);
  });

  test('every page comes with a policy that lets in nothing foreign; an unknown channel is a clean 404', async () => {
    for (const path of ['/', '/overlay/race', '/control/race', '/watch/race', '/kiosk/shop']) {
      const page = await ask(server, path);
      assert.equal(page.status, 200, path);
      assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self';/);
      assert.doesNotMatch(page.text, /https?:\/\//, 'no external resource');
    }
    const none = await ask(server, '/watch/nowhere');
    assert.equal(none.status, 404);
    assert.match(none.text, /<h1>/);
    assert.equal((await ask(server, '/nothing')).status, 404);
  });

  test('the OpenAPI document resolves all its references and describes routes that exist', async () => {
    const document = JSON.parse((await ask(server, '/openapi.json')).text);
    assert.equal(document.openapi, '3.1.0');
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key !== '$ref') visit(value);
        else {
          let at: unknown = document;
          for (const part of String(value).replace(/^#\//, '').split('/')) at = Object(at)[part];
          assert.ok(typeof at === 'object' && at !== null, `${value} leads nowhere`);
        }
      }
    };
    visit(document);
    const paths = Object.keys(document.paths);
    for (const wanted of ['/api/channels', '/api/channels/{id}/command', '/healthz', '/metrics', '/openapi.json', '/hls/{channel}/{path}'])
      assert.ok(paths.includes(wanted), wanted);
    for (const path of paths) {
      const real = path.replace(/\{(id|channel)\}/, 'race').replace('{path}', path.startsWith('/hls') ? 'index.m3u8' : 'pages.css');
      const method = Object.keys(document.paths[path])[0]?.toUpperCase() ?? '';
      const answer = await ask(server, real, { method });
      const documented = document.paths[path][method.toLowerCase()].responses;
      assert.ok(answer.status in documented || (method === 'POST' && answer.status === 415), `${method} ${real} answered ${answer.status}`);
      assert.notEqual(answer.status, 404, real);
    }
    await race.command({ command: 'channel.start' });
  });

  test('raw rubbish on the port harms nobody', async () => {
    for (const rubbish of [
      '\0\0\0\0',
      'GET // HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(rubbish));
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.setTimeout(300, () => socket.destroy());
      });
    }
    assert.equal((await ask(server, '/healthz')).status, 200);
  });
});

test('a taken port is refused with one line that names it and --port', async () => {
  const channel = new FakeChannel({ id: 'race' });
  const first = await serve([channel]);
  await assert.rejects(serve([channel], { port: first.port }), (error: Error) => {
    assert.match(error.message, new RegExp(`port ${first.port} .*taken.*--port`));
    assert.ok(!error.message.includes('\n'));
    return true;
  });
  await first.close();
  const again = await serve([channel], { port: first.port });
  await again.close();
  channel.close();
});
