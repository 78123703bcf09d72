import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchBrowser } from './browser.js';

test('the browser that came with the packages draws text, WebGL2 and plays H.264', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent('<span id=a>Leader</span>');
    const can = await page.evaluate(() => ({
      textWidth: document.getElementById('a')?.getBoundingClientRect().width ?? 0,
      webgl2: document.createElement('canvas').getContext('webgl2') !== null,
      h264: MediaSource.isTypeSupported('video/mp4; codecs="avc1.42E01E"'),
    }));
    assert.ok(can.textWidth > 20, `text is ${can.textWidth} px wide`);
    assert.ok(can.webgl2, 'WebGL2');
    assert.ok(can.h264, 'H.264');
  } finally {
    await browser.close();
  }
});
