// Preload: names like team-a.127-0-0-1.sslip.io carry their address; resolve them here, so that no DNS server is needed.
const dns = require('node:dns');

const lookup = dns.lookup;

dns.lookup = function (name, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  const match = /(?:^|\.)(\d+)-(\d+)-(\d+)-(\d+)\.sslip\.io$/.exec(name);
  if (!match) return lookup.call(dns, name, options, callback);
  const address = match.slice(1).join('.');
  const all = typeof options === 'object' && options !== null && options.all;
  process.nextTick(() => (all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)));
};
