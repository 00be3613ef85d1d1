/// What the memory of an optimizer's state holds at first.
package enum StateMemory: Sendable, Hashable {
  /// What a new state is.
  case new
  /// Nothing, and it is not touched: for plans, on a backend that computes nothing.
  case planned
}
