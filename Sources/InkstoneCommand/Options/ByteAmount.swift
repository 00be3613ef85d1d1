import ArgumentParser

/// A number of bytes as a user writes it: `5GB`, `500MB`, `2GiB`, `4096`.
package struct ByteAmount: ExpressibleByArgument, Sendable, Equatable {
  /// The number.
  package let bytes: Int

  /// A number of bytes.
  package init(bytes: Int) { self.bytes = bytes }

  private static let units: [(name: String, factor: Int)] = [
    ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("TIB", 1 << 40), ("KB", 1000), ("MB", 1_000_000),
    ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
  ]

  /// Reads a whole number with or without a unit; nil for anything else, for zero and for what does not fit.
  package init?(argument: String) {
    let text = argument.uppercased()
    let unit = ByteAmount.units.first { text.hasSuffix($0.name) }
    let digits = unit.map { text.dropLast($0.name.count) } ?? text[...]
    guard let number = Int(digits), number > 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit?.factor ?? 1)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  /// The number with the largest decimal unit that leaves it whole.
  package var defaultValueDescription: String {
    for unit in ["TB", "GB", "MB", "KB"] {
      guard let factor = ByteAmount.units.first(where: { $0.name == unit })?.factor else { continue }
      if bytes % factor == 0 { return "\(bytes / factor)\(unit)" }
    }
    return "\(bytes)"
  }
}
