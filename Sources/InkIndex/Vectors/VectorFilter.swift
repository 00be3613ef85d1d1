/// Which vectors a search may find.
public enum VectorFilter: Sendable {
  /// All.
  case all
  /// Those with these ids; ids that are not in the index do not matter.
  case ids(Set<Int64>)
  /// Those whose id satisfies the predicate, which is asked once for every vector of the index and must not use the
  /// index itself.
  case matching(@Sendable (Int64) -> Bool)
}
