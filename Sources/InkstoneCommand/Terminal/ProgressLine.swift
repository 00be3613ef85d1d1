/// How far a transfer is, as one line.
package struct ProgressLine: Sendable, Equatable {
  /// What is transferred.
  package var label: String
  /// How much of it is there.
  package var bytes: UInt64
  /// How much there will be, when that is known.
  package var total: UInt64?
  /// Bytes a second; nil while nothing can be said.
  package var rate: Double?

  /// A line with every field given.
  package init(label: String, bytes: UInt64, total: UInt64? = nil, rate: Double? = nil) {
    self.label = label
    self.bytes = bytes
    self.total = total
    self.rate = rate
  }

  /// The part that is done, at most 1.
  package var fraction: Double? {
    guard let total, total > 0 else { return nil }
    return min(Double(bytes) / Double(total), 1)
  }

  /// The line for logs: no bar, nothing to redraw.
  package var plain: String {
    var text = label
    if let fraction, let total {
      text += " \(Amount.decimal(fraction * 100, digits: 0))% of \(Amount.bytes(total))"
    } else {
      text += " \(Amount.bytes(bytes))"
    }
    if let rate { text += ", \(Amount.bytes(UInt64(rate)))/s" }
    return text
  }

  /// The line for a terminal of that many columns, with a bar, the rate and the time that is left.
  package func drawn(columns: Int) -> String {
    var figures = Amount.bytes(bytes)
    if let total { figures += " / \(Amount.bytes(total))" }
    if let rate, rate > 0 {
      figures += "  \(Amount.bytes(UInt64(rate)))/s"
      if let total, total >= bytes { figures += "  \(Amount.clock(Double(total - bytes) / rate)) left" }
    }
    let labelWidth = min(DisplayWidth.columns(label), max(columns / 3, 8))
    let name = DisplayWidth.prefix(label, columns: labelWidth)
    guard let fraction else { return DisplayWidth.prefix("\(name)  \(figures)", columns: columns - 1) }
    let percent = Amount.decimal(fraction * 100, digits: 0) + "%"
    let barWidth = min(columns - 1 - DisplayWidth.columns(name) - figures.count - percent.count - 8, 40)
    guard barWidth >= 5 else { return DisplayWidth.prefix("\(name)  \(percent)  \(figures)", columns: columns - 1) }
    let filled = Int(Double(barWidth) * fraction)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: barWidth - filled)
    return "\(name)  [\(bar)]  \(percent)  \(figures)"
  }
}
