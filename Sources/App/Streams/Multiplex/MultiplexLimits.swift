/// What one client of the multiplex may ask for. The bytes of a message and messages a second are limited before.
struct MultiplexLimits: Sendable {
  /// Streams open at one time, those that are being opened among them.
  var subscriptions = 1024
  /// Streams one command may name.
  var arguments = 1024
  /// Bytes of a stream's name. The longest that says something new is far shorter.
  var streamBytes = 256
  /// Bytes of a command's id, which each of its answers repeats.
  var idBytes = 64
  /// Events that are held back, for all streams of one command, until its answer has gone.
  var heldEvents = 4096
  /// How long a symbol is looked for in a fresh list before the other streams of the command go on without it.
  var lookupMilliseconds: Int64 = 2000
}
