/// Tokens of a text (or a pair of texts) and what is known about each.
public struct Encoding: Sendable, Equatable {
  /// The token ids.
  public var ids: [TokenID]
  /// Which of two texts a token belongs to, as the post-processor counts it.
  public var typeIDs: [Int32]
  /// The characters of the given text under each token, counted in Unicode code points; empty at 0 for tokens
  /// that were put in.
  public var offsets: [Range<Int>]
  /// 1 for tokens that count, 0 for padding.
  public var attentionMask: [Int32]

  /// An encoding of nothing.
  public init() {
    ids = []
    typeIDs = []
    offsets = []
    attentionMask = []
  }

  mutating func append(_ id: TokenID, typeID: Int32, offsets range: Range<Int>) {
    ids.append(id)
    typeIDs.append(typeID)
    offsets.append(range)
    attentionMask.append(1)
  }

  mutating func append(_ other: Encoding, typeID: Int32) {
    ids += other.ids
    typeIDs += other.ids.map { _ in typeID }
    offsets += other.offsets
    attentionMask += other.attentionMask
  }

  /// Fills up to the length that `padding` asks for.
  mutating func pad(_ padding: Padding, batchLongest: Int) {
    var length = padding.length ?? batchLongest
    if let multiple = padding.multiple, multiple > 0, length % multiple != 0 {
      length += multiple - length % multiple
    }
    let missing = length - ids.count
    guard missing > 0 else { return }
    let at = padding.side == .end ? ids.count : 0
    ids.insert(contentsOf: repeatElement(padding.id, count: missing), at: at)
    typeIDs.insert(contentsOf: repeatElement(padding.typeID, count: missing), at: at)
    offsets.insert(contentsOf: repeatElement(0..<0, count: missing), at: at)
    attentionMask.insert(contentsOf: repeatElement(0, count: missing), at: at)
  }
}
