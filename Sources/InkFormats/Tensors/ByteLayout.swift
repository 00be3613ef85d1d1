/// Checks on where the tensors of a file lie.
enum ByteLayout {
  /// Refuses two non-empty ranges that share a byte.
  static func refuseOverlap(_ ranges: [(name: String, range: Range<Int>)], file: String) throws(FormatError) {
    let ordered = ranges.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (earlier, later) in zip(ordered, ordered.dropFirst())
    where later.range.lowerBound < earlier.range.upperBound {
      throw FormatError(
        .overlap, file: file, context: "tensor \(FormatError.quoted(later.name))",
        expected: "bytes from \(earlier.range.upperBound) on", found: "\(later.range)",
        hint: "It shares bytes with \(FormatError.quoted(earlier.name)); the file is damaged.")
    }
  }
}
