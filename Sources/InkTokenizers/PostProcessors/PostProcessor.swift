/// What is put around the tokens of one text or of two.
struct PostProcessor: Sendable {
  /// A part of the finished sequence.
  enum Item: Sendable, Equatable {
    case tokens([TokenID], typeID: Int32)
    case first(typeID: Int32)
    case second(typeID: Int32)
  }

  /// Whether offsets leave out the spaces around a token, and whether the first token has a space of our own.
  enum OffsetTrimming: Sendable, Equatable {
    case none
    case spaces(PreTokenizerStep.SpacePrefix)
  }

  var single: [Item] = [.first(typeID: 0)]
  var pair: [Item] = [.first(typeID: 0), .second(typeID: 1)]
  /// A pair without tokens of our own, where its type ids are not those of `pair`.
  var plainPair: [Item]?
  var trimming = OffsetTrimming.none

  /// How many tokens are put in.
  func addedCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, item in
      if case .tokens(let ids, _) = item { return count + ids.count }
      return count
    }
  }

  /// Puts the parts together.
  func assemble(_ first: Encoding, _ second: Encoding?, _ insertion: SpecialTokenInsertion) -> Encoding {
    var result = Encoding()
    let pair = insertion == .omit ? plainPair ?? self.pair : self.pair
    for item in second == nil ? single : pair {
      switch item {
      case .tokens(let ids, let typeID):
        if insertion == .add { for id in ids { result.append(id, typeID: typeID, offsets: 0..<0) } }
      case .first(let typeID): result.append(first, typeID: typeID)
      case .second(let typeID): if let second { result.append(second, typeID: typeID) }
      }
    }
    return result
  }
}
