/// A term of a query with its weight in the whole index.
struct WeightedTerm: Sendable {
  var text: [UInt8]
  /// In units.
  var weight: Double
  /// How often the query repeats it.
  var times: Int64
}
