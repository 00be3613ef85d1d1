import InkChat
package import InkFormats

/// What `make-delta` and `apply-delta` have to say.
package struct DeltaSummary: Sendable {
  private let report: DeltaReport
  private let folder: String

  /// A summary of a folder that is complete now.
  package init(_ report: DeltaReport, folder: String) {
    self.report = report
    self.folder = folder
  }

  /// The JSON object.
  package var json: Report {
    [
      "path": .string(folder), "files": Self.list(report.files), "tensors": .whole(report.tensors),
      "bytes": .whole(report.bytes), "padded": Self.list(report.paddedTensors),
      "copied": Self.list(report.copiedTensors), "unused": Self.list(report.unusedBaseTensors),
      "left_out": Self.list(report.uncopiedFiles), "inexact_elements": .whole(report.inexactElements),
      "largest_deviation": .single(report.largestDeviation), "verified": .boolean(report.isVerified),
    ]
  }

  /// Remarks for a person.
  package var remarks: [String] {
    var lines = ["\(report.tensors) tensors, \(Amount.bytes(UInt64(report.bytes))), read back and compared"]
    let lists = [
      ("rows beyond the base's are stored as they are", report.paddedTensors),
      ("no floating-point numbers, stored as they are", report.copiedTensors),
      ("only in the base, not used", report.unusedBaseTensors), ("not copied", report.uncopiedFiles),
    ]
    for (text, names) in lists where !names.isEmpty { lines.append("\(text): \(names.joined(separator: ", "))") }
    if report.inexactElements > 0 {
      lines.append(
        "\(Amount.count(report.inexactElements)) elements are not given back exactly; the largest distance is "
          + "\(report.largestDeviation)")
    }
    if !report.isVerified {
      lines.append("the difference has no record of its base, so only what was written could be compared")
    }
    return lines
  }

  /// Prints both ways.
  package func print(to output: OutputOptions) throws(CommandError) {
    if output.json { return try output.result(json.text) }
    for line in remarks { output.remark(line) }
    try output.result(folder)
  }

  private static func list(_ names: [String]) -> Report { .array(names.map { .string($0) }) }
}
