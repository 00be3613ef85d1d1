/// Which documents a search may find.
public enum KeywordFilter: Sendable, Hashable {
  /// Every one.
  case all
  /// Only those of these numbers.
  case only(Set<Int64>)
  /// All but those of these numbers.
  case except(Set<Int64>)

  func allows(_ id: Int64) -> Bool {
    switch self {
    case .all: true
    case .only(let ids): ids.contains(id)
    case .except(let ids): !ids.contains(id)
    }
  }
}
