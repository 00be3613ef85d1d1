/// Which records of a source are used.
///
/// Records are held out by a hash of their bytes, so a record that occurs twice is never on both sides, and adding
/// records does not move those that were there.
public enum DataPart: Sendable, Hashable {
  /// All of them.
  case all
  /// Those that are not held out.
  case training(heldOut: Double, seed: UInt64)
  /// Those that are held out.
  case validation(heldOut: Double, seed: UInt64)

  /// Whether a record of this hash is used.
  func contains(_ hash: UInt64) -> Bool {
    func isHeldOut(_ share: Double, _ seed: UInt64) -> Bool {
      CountedRandom(seed: seed, for: .split, hash).uniform(at: 0) < share
    }
    return switch self {
    case .all: true
    case .training(let share, let seed): !isHeldOut(share, seed)
    case .validation(let share, let seed): isHeldOut(share, seed)
    }
  }

  /// - Throws: `DataError` for a share that leaves nothing on one side.
  func check(_ name: String) throws(DataError) {
    switch self {
    case .all: return
    case .training(let share, _), .validation(let share, _):
      guard share > 0, share < 1 else {
        throw DataError(
          .invalidSetting, context: "source \(name), share held out", expected: "a number between 0 and 1",
          found: "\(share)")
      }
    }
  }
}
