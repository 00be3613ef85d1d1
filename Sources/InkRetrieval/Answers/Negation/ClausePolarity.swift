/// Whether a clause says that something is so, or that it is not.
package enum ClausePolarity: Sendable, Hashable {
  case affirmed, negated
}
