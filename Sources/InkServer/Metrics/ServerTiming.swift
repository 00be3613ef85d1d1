/// The times that the server measures.
enum ServerTiming: CaseIterable, Sendable, Hashable {
  /// From a request's arrival to the first piece of its answer.
  case timeToFirstToken
  /// Between two pieces of an answer.
  case interTokenLatency
  /// From a request's arrival to the last byte of its answer.
  case endToEnd
  /// Until the engine began with a request.
  case queue

  /// Upper bounds of the histogram's buckets, in seconds.
  var bounds: [Double] {
    switch self {
    case .interTokenLatency: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5]
    case .timeToFirstToken, .queue: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    case .endToEnd: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
    }
  }
}
