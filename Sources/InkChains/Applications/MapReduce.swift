/// Treats each text on its own, then the results together, in rounds until they fit.
///
/// Used for questions over more text than a model can read at once.
public struct MapReduce: Step {
  private let map: Chain<String, String>
  private let reduce: Chain<[String], String>
  private let concurrency: Int
  private let groupTokens: Int
  private let measure: TextMeasure

  /// A map and a reduction.
  ///
  /// - Parameters:
  ///   - map: treats one text.
  ///   - reduce: joins results to one; it is used for groups, and for the results of groups, until one is left.
  ///   - concurrency: how many texts or groups are under way at once.
  ///   - groupTokens: the most tokens that the reduction is given at once.
  public init(
    map: Chain<String, String>, reduce: Chain<[String], String>, concurrency: Int, groupTokens: Int,
    measure: TextMeasure = .estimate
  ) {
    self.map = map
    self.reduce = reduce
    self.concurrency = concurrency
    self.groupTokens = groupTokens
    self.measure = measure
  }

  public func run(_ input: [String], in context: ChainContext) async throws(ChainError) -> String {
    var results = try await context.run(MapEach(concurrency: concurrency, map), on: input)
    while true {
      let groups = try TextGrouping.groups(results, limit: groupTokens, measure: measure)
      guard groups.count > 1 else { return try await context.run(reduce, on: results) }
      guard groups.count < results.count else {
        throw ChainError(
          .invalidSetting, context: "map and reduce",
          expected: "results of which at least two fit \(groupTokens) tokens",
          found: "\(results.count) results that fit one by one only",
          hint: "Allow more tokens, or ask for shorter results.")
      }
      results = try await context.run(MapEach(concurrency: concurrency, reduce), on: groups)
    }
  }
}
