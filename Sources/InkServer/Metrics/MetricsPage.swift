/// Writes metrics in Prometheus' text format 0.0.4.
///
/// Source of the format: Prometheus, "Exposition formats".
struct MetricsPage {
  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// A label's name and value.
  typealias Label = (name: String, value: String)

  private(set) var text = ""

  /// A family of values that only rise; its name ends in `_total`.
  mutating func counter(_ name: String, _ help: String, _ samples: [(labels: [Label], value: Double)]) {
    family(name, help, "counter", samples)
  }

  /// A family of values that rise and fall.
  mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: [Label], value: Double)]) {
    family(name, help, "gauge", samples)
  }

  /// A family of histograms.
  mutating func histogram(_ name: String, _ help: String, _ samples: [(labels: [Label], value: Histogram)]) {
    guard !samples.isEmpty else { return }
    head(name, help, "histogram")
    for (labels, histogram) in samples {
      var below = 0
      for (bound, count) in zip(histogram.bounds, histogram.counts) {
        below += count
        line(name + "_bucket", labels + [("le", Self.number(bound))], Double(below))
      }
      line(name + "_bucket", labels + [("le", "+Inf")], Double(histogram.count))
      line(name + "_sum", labels, histogram.sum)
      line(name + "_count", labels, Double(histogram.count))
    }
  }

  private mutating func family(
    _ name: String, _ help: String, _ type: String, _ samples: [(labels: [Label], value: Double)]
  ) {
    guard !samples.isEmpty else { return }
    head(name, help, type)
    for (labels, value) in samples { line(name, labels, value) }
  }

  private mutating func head(_ name: String, _ help: String, _ type: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func line(_ name: String, _ labels: [Label], _ value: Double) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(Self.number(value))\n"
  }

  private static func escaped(_ value: String) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
