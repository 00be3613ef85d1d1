/// A term of a query with its weight in the whole index.
struct WeightedTerm: Sendable {
  var text: [UInt8]
  /// In units, as often as the query repeats it.
  var weight: Double
}
