// Preload for peers that listen on every interface (node -r ./loopback.cjs …): a listen() without a host binds
// BIND_ADDRESS instead. It stays synchronous, so that `server.listen(0); server.address().port` keeps working.
const net = require('node:net');

const address = process.env.BIND_ADDRESS ?? '127.0.0.1';
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  let port;
  if (typeof first === 'number' || /^\d+$/.test(first)) {
    if (typeof second !== 'string') port = Number(first);
  } else if (first && typeof first === 'object' && first.port !== undefined && !first.host && !first.path) {
    port = Number(first.port);
  }
  if (port === undefined) return listen.apply(this, args);
  const callback = args.at(-1);
  if (typeof callback === 'function') this.once('listening', callback);
  this._listen2(address, port, 4, 511, undefined, 0);
  return this;
};
