/// A strict reader of Prometheus' text format 0.0.4: throws for whatever Prometheus would not take.
struct MetricsText {
  struct Problem: Error, CustomStringConvertible {
    let line: String
    let description: String
  }

  private(set) var types: [String: String] = [:]
  /// Values by name and labels, as `name{a="b"}`.
  private(set) var values: [String: Double] = [:]

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Problem(line: "", description: "the last line has no end") }
    var helped: Set<String> = []
    var current = ""
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP ") {
        guard words.count == 4, helped.insert(words[2]).inserted else { throw Problem(line: line, description: "HELP") }
        current = words[2]
      } else if line.hasPrefix("# TYPE ") {
        guard words.count == 4, words[2] == current, types[current] == nil,
          ["counter", "gauge", "histogram"].contains(words[3])
        else { throw Problem(line: line, description: "TYPE") }
        types[current] = words[3]
      } else {
        try sample(line, of: current)
      }
    }
    try checkHistograms()
  }

  private mutating func sample(_ line: String, of family: String) throws {
    guard
      let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (NaN|[+-]Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)/)
    else { throw Problem(line: line, description: "no sample") }
    let name = String(match.1)
    guard let type = types[family] else { throw Problem(line: line, description: "no TYPE before it") }
    let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    guard suffixes.contains(where: { name == family + $0 }) else {
      throw Problem(line: line, description: "not of the family \(family)")
    }
    guard type != "counter" || name.hasSuffix("_total") else {
      throw Problem(line: line, description: "a counter's name ends in _total")
    }
    if let labels = match.2, labels.wholeMatch(of: /\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+\}/) == nil
    {
      throw Problem(line: line, description: "labels")
    }
    let key = name + String(match.2 ?? "")
    let value = match.3 == "+Inf" ? Double.infinity : Double(String(match.3)) ?? .nan
    guard values.updateValue(value, forKey: key) == nil else { throw Problem(line: line, description: "told twice") }
  }

  private func checkHistograms() throws {
    for (family, type) in types where type == "histogram" {
      for (key, count) in values where key.hasPrefix(family + "_count") {
        let labels = key.dropFirst((family + "_count").count).dropLast()
        let infinite = "\(family)_bucket\(labels.isEmpty ? "{" : labels + ",")le=\"+Inf\"}"
        guard values[infinite] == count else { throw Problem(line: infinite, description: "is not the count") }
      }
    }
  }
}
