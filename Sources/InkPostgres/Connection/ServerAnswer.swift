/// What a server said between a message to it and the next time it waits for one.
struct ServerAnswer: Sendable {
  var rows: [PostgreSQLRow] = []
  /// The first error; the server skips what was sent after it.
  var failure: PostgreSQLFailure?
  /// What it wants to be convinced by before it goes on.
  var demand: AuthenticationRequest?
  /// The end of SASL, by which it shows that it knows the password too.
  var saslFinal: [UInt8]?
  /// Settings that it told of.
  var settings: [String: String] = [:]
  var isReady = false
}
