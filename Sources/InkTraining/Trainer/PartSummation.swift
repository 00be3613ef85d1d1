/// How the gradients of the parts of a step become one.
package enum PartSummation: Sendable, Hashable {
  /// Each part goes on where the one before stopped: the bits are those of one large part.
  case chained
  /// Each part has a gradient of its own, and those are added in the order of parts. Where every process has at most one
  /// part, several processes have the bits of one, which adds in the same order; it takes room for a second gradient where
  /// a process has more.
  case apart
}
