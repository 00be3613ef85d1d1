/// A compiled grammar: for each rule an automaton over bytes and over calls of other rules.
///
/// States are numbered through all rules. Every state that is left can be finished: nothing here leads into a dead end.
struct TransitionNetwork: Sendable {
  /// A step over one byte of a range.
  struct ByteEdge: Sendable, Hashable {
    var low: UInt8
    var high: UInt8
    var target: Int32
  }

  /// A step over a text of another rule.
  struct Call: Sendable, Hashable {
    /// The first state of that rule.
    var entry: Int32
    /// The state behind; `tail` if the calling rule is over then.
    var back: Int32
  }

  /// Stands for a return to the caller's caller.
  static let tail: Int32 = -1

  /// The first state of the root.
  var start: Int32 = 0
  /// Where the edges of a state begin in `edges`; one entry more than there are states.
  var edgeStarts: [Int32] = [0]
  var edges: [ByteEdge] = []
  /// Where the calls of a state begin in `calls`; one entry more than there are states.
  var callStarts: [Int32] = [0]
  var calls: [Call] = []
  /// Whether the rule of a state may end there.
  var isFinal: [Bool] = []
  /// The fewest bytes from a state to the end of its rule.
  var distance: [Int32] = []

  /// Longer shortest texts are refused.
  static let distanceLimit: Int32 = 1 << 20

  func edgeRange(_ state: Int32) -> Range<Int> { Int(edgeStarts[Int(state)])..<Int(edgeStarts[Int(state) + 1]) }
  func callRange(_ state: Int32) -> Range<Int> { Int(callStarts[Int(state)])..<Int(callStarts[Int(state) + 1]) }

  var stateCount: Int { isFinal.count }
}
