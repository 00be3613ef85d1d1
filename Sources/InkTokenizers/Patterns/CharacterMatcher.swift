/// A set of characters as a regular expression writes it.
struct CharacterMatcher: Sendable, Hashable {
  /// Characters of these categories belong to it.
  var categories: CategoryMask = []
  /// Characters that have none of one of these masks belong to it (`\S`, `\P{L}`).
  var complements: [CategoryMask] = []
  /// Ranges of scalar values that belong to it.
  var ranges: [ClosedRange<UInt32>] = []
  /// Whether the set is what is left of all characters.
  var membership = Membership.listed
  /// Whether upper and lower case are one.
  var comparison = CaseComparison.exact

  enum Membership: Sendable { case listed, notListed }
  enum CaseComparison: Sendable { case exact, folded }

  static func scalar(_ value: UInt32, _ comparison: CaseComparison) -> CharacterMatcher {
    CharacterMatcher(ranges: [value...value], comparison: comparison)
  }

  /// Whether a scalar with the given category mask belongs to the set.
  func contains(_ value: UInt32, mask: UInt32) -> Bool {
    let isListed = lists(value, mask: mask)
    return membership == .listed ? isListed : !isListed
  }

  private func lists(_ value: UInt32, mask: UInt32) -> Bool {
    if mask & categories.rawValue != 0 { return true }
    for complement in complements where mask & complement.rawValue == 0 { return true }
    if ranges.isEmpty { return false }
    if isInRange(value) { return true }
    guard comparison == .folded else { return false }
    let folded = CaseFolding.simpleFold(value)
    return isInRange(folded) || isInRange(CaseFolding.simpleUppercase(folded))
      || ranges.contains { $0.count == 1 && CaseFolding.simpleFold($0.lowerBound) == folded }
  }

  private func isInRange(_ value: UInt32) -> Bool {
    for range in ranges where range.contains(value) { return true }
    return false
  }
}
