extension TelemetrySettings {
  /// What the standard variables of the environment ask for; nil when they name no receiver.
  ///
  /// Read are `OTEL_SDK_DISABLED`, `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_EXPORTER_OTLP_ENDPOINT`,
  /// `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_TIMEOUT`, `OTEL_EXPORTER_OTLP_PROTOCOL` (and the same with
  /// `TRACES_` or `METRICS_` behind `OTLP_`), `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
  /// `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` and
  /// `OTEL_METRIC_EXPORT_INTERVAL`. Source: OpenTelemetry, "Environment Variable Specification".
  ///
  /// - Throws: for a value that cannot be read, or asks for what this program does not do.
  public init?(environment: [String: String], version: String) throws(ConfigurationError) {
    let variables = Variables(values: environment)
    guard try !variables.isTrue("OTEL_SDK_DISABLED") else { return nil }
    let traces = try variables.receiver("TRACES", path: "v1/traces")
    let metrics = try variables.receiver("METRICS", path: "v1/metrics")
    guard traces != nil || metrics != nil else { return nil }
    var resource = try variables.pairs("OTEL_RESOURCE_ATTRIBUTES").map { ResourceAttribute($0.name, $0.value) }
    if let name = variables["OTEL_SERVICE_NAME"] {
      resource.removeAll { $0.name == "service.name" }
      resource.append(ResourceAttribute("service.name", name))
    }
    let named = Set(resource.map(\.name))
    for (name, value) in [("service.name", "inkstone"), ("service.version", version)] where !named.contains(name) {
      resource.append(ResourceAttribute(name, value))
    }
    self.init(traces: traces, metrics: metrics, resource: resource)
    if let delay = try variables.number("OTEL_BSP_SCHEDULE_DELAY") { spanInterval = .milliseconds(delay) }
    if let interval = try variables.number("OTEL_METRIC_EXPORT_INTERVAL") { metricInterval = .milliseconds(interval) }
    if let count = try variables.number("OTEL_BSP_MAX_QUEUE_SIZE") { waitingSpans = count }
    if let count = try variables.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") { spansInOnePost = count }
  }
}

/// Reads variables; an empty one counts as absent, as the specification says.
private struct Variables {
  let values: [String: String]

  subscript(name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The receiver of one kind of signal.
  func receiver(_ signal: String, path: String) throws(ConfigurationError) -> TelemetrySettings.Receiver? {
    switch self["OTEL_\(signal)_EXPORTER"] {
    case nil, "otlp": break
    case "none": return nil
    case let other?: throw error("OTEL_\(signal)_EXPORTER", expected: "otlp or none", found: other)
    }
    if signal == "TRACES" {
      switch self["OTEL_TRACES_SAMPLER"] {
      case nil, "parentbased_always_on": break
      case "always_off": return nil
      case let other?:
        throw error("OTEL_TRACES_SAMPLER", expected: "parentbased_always_on or always_off", found: other)
      }
    }
    func specific(_ name: String) -> (name: String, value: String)? {
      for full in ["OTEL_EXPORTER_OTLP_\(signal)_\(name)", "OTEL_EXPORTER_OTLP_\(name)"] {
        if let value = self[full] { return (full, value) }
      }
      return nil
    }
    // An address for all signals gets the signal's path, an address for one is taken as it is.
    let address: String
    if let whole = self["OTEL_EXPORTER_OTLP_\(signal)_ENDPOINT"] {
      address = whole
    } else if let base = self["OTEL_EXPORTER_OTLP_ENDPOINT"] {
      address = base.hasSuffix("/") ? base + path : base + "/" + path
    } else {
      return nil
    }
    guard ["http://", "https://"].contains(where: { address.hasPrefix($0) && address.count > $0.count }) else {
      throw error("OTEL_EXPORTER_OTLP_ENDPOINT", expected: "an address that begins with http://", found: address)
    }
    if let (name, value) = specific("PROTOCOL"), value != "http/json" {
      throw error(name, expected: "http/json, which collectors read at the port of http/protobuf", found: value)
    }
    var receiver = TelemetrySettings.Receiver(address: address)
    if let (name, _) = specific("TIMEOUT"), let time = try number(name) { receiver.timeout = .milliseconds(time) }
    if let (name, _) = specific("HEADERS") {
      receiver.headers = try pairs(name).map { TelemetrySettings.HeaderField($0.name, $0.value) }
    }
    return receiver
  }

  func isTrue(_ name: String) throws(ConfigurationError) -> Bool {
    switch self[name]?.lowercased() {
    case nil, "false": false
    case "true": true
    case let other?: throw error(name, expected: "true or false", found: other)
    }
  }

  func number(_ name: String) throws(ConfigurationError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), (1...1_000_000_000).contains(number) else {
      throw error(name, expected: "a number of 1 to 1000000000", found: text)
    }
    return number
  }

  /// `name=value,name=value`, the values percent-encoded.
  func pairs(_ name: String) throws(ConfigurationError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for part in (self[name] ?? "").split(separator: ",") {
      guard let equals = part.firstIndex(of: "=") else {
        // The values of headers are secrets, and not repeated.
        throw error(name, expected: "name=value, with commas in between", found: "a part without =")
      }
      let key = String(part[..<equals]).trimmedOfBlanks
      let value = String(part[part.index(after: equals)...]).trimmedOfBlanks
      guard !key.isEmpty, let decoded = value.withoutPercentEncoding else {
        throw error(name, expected: "name=value, with commas in between", found: "a part that cannot be read")
      }
      pairs.append((key, decoded))
    }
    return pairs
  }

  private func error(_ name: String, expected: String, found: String) -> ConfigurationError {
    ConfigurationError(file: "environment", context: name, expected: expected, found: "\"\(found)\"")
  }
}

extension String {
  fileprivate var trimmedOfBlanks: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// The text that a percent-encoded one stands for; nil when it is none.
  fileprivate var withoutPercentEncoding: String? {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest.removeFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
