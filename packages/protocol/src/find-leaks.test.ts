import { describe, expect, it } from 'vitest';
import { findLeaks } from './find-leaks.ts';

describe('findLeaks', () => {
  it.each([
    ['stack trace', 'Error: x\n    at handler (/srv/app/index.js:3:7)'],
    ['stack trace', JSON.stringify({ stack: 'TypeError: x\n    at async Object.run (file:///srv/app/a.mjs:10:2)' })],
    ['stack trace', 'Traceback (most recent call last):\n  File "/app/views.py", line 12, in get'],
    ['stack trace', 'at org.example.OrderService.find(OrderService.java:42)'],
    ['stack trace', 'at Shop.Orders.Get(Int32 id) in C:\\src\\Orders.cs:line 8'],
    ['stack trace', 'goroutine 17 [running]:'],
    ['stack trace', '#0 /var/www/html/index.php(21): Orders->find()'],
    ['stack trace', "app/models/order.rb:12:in `find'"],
    ['stack trace', 'at /srv/app/index.js:3:7'],
    ['stack trace', '<pre>Error: x<br> &nbsp; &nbsp;at Layer.handle (/srv/shop/router.js:95:5)</pre>'],
    ['stack trace', '&lt;module&gt; File &quot;/srv/shop/views.py&quot;, line 12'],
    ['stack trace', '{"trace":"at System.Text.Json.ThrowHelper.ReThrow(ReadStack\\u0026 state)"}'],
    ['stack trace', 'main.find(...)\n\t/src/main.go:41 +0x1d'],
    ['stack trace', '<b>Fatal error</b>:  Uncaught PDOException: x in /srv/shop/orders.php:21'],
    ['stack trace', '{"file":"x","trace":"#0 \\/srv\\/shop\\/index.php(21): find()"}'],
    ['stack trace', "thread 'main' panicked at src/main.rs:4:5"],
    ['internal error', 'org.springframework.web.HttpMessageNotReadableException: JSON parse error'],
    ['internal error', 'System.InvalidOperationException: Sequence contains no elements'],
    ['internal error', "NoMethodError: undefined method `id' for nil"],
    ['path', "Cannot find module 'orders' in node_modules/shop"],
    ['stack trace', 'a\0t\0 \0f\0 \0(\0/\0s\0/\0a\0.\0j\0s\0:\x003\0:\x007\0)\0'],
    ['SQL', '{"title":"near \\"x\\": syntax error"}'],
    ['SQL', 'unrecognized token: "\'"'],
    ['SQL', 'ORA-00933: SQL command not properly ended'],
    ['SQL', 'You have an error in your SQL syntax; check the manual'],
    ['SQL', 'failed: SELECT id, total FROM orders WHERE id = '],
    ['debug page', '<h1>Whitelabel Error Page</h1>'],
    ['internal error', "TypeError: Cannot read properties of undefined (reading 'id')"],
    ['internal error', 'connect ECONNREFUSED 10.0.0.5:5432'],
    ['path', 'cannot open /usr/share/shop/config.json'],
    ['internal address', 'upstream 10.1.2.3:8080 is down'],
  ])('finds a %s in %j', (kind, text) => {
    expect(findLeaks(text).map((leak) => leak.kind)).toContain(kind);
  });

  it.each([
    '{"type":"about:blank","title":"Not found","status":404,"supportCode":"Tm1dD0cFhQ9rB2Lw"}',
    'Please select an item from the list where it says orders',
    'Look at the table at the back (row 3: seat 7)',
    'See https://docs.example/errors/usr/limits for help',
    '{"error":"invalid_token","error_description":"the token has expired"}',
    'No route for GET /var',
    'Insert into your basket at least one item; delete from it what you do not want',
    '{"errors":[{"pointer":"/items/0/at","message":"must be a date, e.g. 2026-01-01T10:00:00Z"}]}',
    '{"detail":"Systemfehler: bitte später noch einmal (Fehler 17)"}',
    '<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>',
  ])('finds nothing in %j', (text) => {
    expect(findLeaks(text)).toEqual([]);
  });

  it('does not count what the caller said', () => {
    expect(findLeaks('Cannot GET /app/shop/orders', '/app/shop/orders')).toEqual([]);
    expect(findLeaks('Cannot GET /app/shop/orders', '/')).toHaveLength(1);
    expect(findLeaks('Cannot read /srv/shop/orders.json for /app/shop/orders', '/app/shop/orders')).toHaveLength(1);
  });

  it('takes time in proportion to hostile text', () => {
    const started = performance.now();
    for (const text of [
      'at '.repeat(20_000),
      'SELECT '.repeat(9000),
      `File "${'a'.repeat(60_000)}`,
      'at a.b('.repeat(9000),
      '/home/'.repeat(10_000),
      'at System.'.repeat(6000),
      'System.Aa.'.repeat(6000),
      'Warning '.repeat(8000),
      'java.a.'.repeat(9000),
      '\\u0041&quot;'.repeat(5000),
    ])
      findLeaks(text);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
