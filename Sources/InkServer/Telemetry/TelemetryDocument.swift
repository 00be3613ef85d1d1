import InkChat
import Tracing

/// The documents that receivers read. Source of the format: OpenTelemetry, "OTLP Specification", JSON encoding: numbers
/// of 64 bits are strings, identifiers are hexadecimal.
struct TelemetryDocument: Sendable {
  let resource: [TelemetrySettings.ResourceAttribute]
  let version: String

  /// A post of spans.
  func spans(_ spans: [TelemetrySpan.Facts]) -> JSONValue {
    [
      "resourceSpans": [
        ["resource": described, "scopeSpans": [["scope": scope, "spans": .array(spans.map(\.json))]]]
      ]
    ]
  }

  /// A post of metrics.
  ///
  /// - Parameters:
  ///   - start: when counting began, in nanoseconds since 1970.
  ///   - now: the moment that the counts are of.
  func metrics(_ usage: [ServerMetrics.UsageKey: UsageFigures], from start: UInt64, to now: UInt64) -> JSONValue {
    let metrics = UsageFigures.Measure.allCases.compactMap { measure -> JSONValue? in
      let points = usage.sorted { $0.key < $1.key }.compactMap { key, figures -> JSONValue? in
        guard let histogram = figures.histograms[measure] else { return nil }
        return histogram.point(key.attributes + measure.attributes, from: start, to: now)
      }
      guard !points.isEmpty else { return nil }
      return [
        "name": .string(measure.name), "unit": .string(measure.unit),
        // 2: counted from the start.
        "histogram": ["aggregationTemporality": 2, "dataPoints": .array(points)],
      ]
    }
    return [
      "resourceMetrics": [
        ["resource": described, "scopeMetrics": [["scope": scope, "metrics": .array(metrics)]]]
      ]
    ]
  }

  private var described: JSONValue {
    ["attributes": .array(resource.map { .attribute($0.name, ["stringValue": .string($0.value)]) })]
  }

  private var scope: JSONValue { ["name": "inkstone", "version": .string(version)] }
}

extension JSONValue {
  /// A name and a value, as the format writes them.
  static func attribute(_ name: String, _ value: JSONValue) -> JSONValue { ["key": .string(name), "value": value] }

  /// A number of 64 bits.
  static func wide(_ number: UInt64) -> JSONValue { .string(String(number)) }
}

extension TelemetrySpan.Facts {
  fileprivate var json: JSONValue {
    var members = [
      JSONMember("traceId", .string(identity.traceText)), JSONMember("spanId", .string(identity.spanText)),
    ]
    if let parent { members.append(JSONMember("parentSpanId", .string(parent.spanText))) }
    members += [
      JSONMember("name", .string(name)), JSONMember("kind", .integer(kind.number)),
      JSONMember("startTimeUnixNano", .wide(start)), JSONMember("endTimeUnixNano", .wide(end)),
      JSONMember("attributes", attributes.json),
    ]
    if !events.isEmpty {
      members.append(
        JSONMember(
          "events",
          .array(
            events.map { event in
              [
                "name": .string(event.name), "timeUnixNano": .wide(event.nanosecondsSinceEpoch),
                "attributes": event.attributes.json,
              ]
            })))
    }
    if let status { members.append(JSONMember("status", status.json)) }
    return .object(members)
  }
}

extension SpanStatus {
  fileprivate var json: JSONValue {
    let number: Int64 =
      switch code {
      case .ok: 1
      case .error: 2
      }
    guard let message else { return ["code": .integer(number)] }
    return ["code": .integer(number), "message": .string(message)]
  }
}

extension SpanKind {
  fileprivate var number: Int64 {
    switch self {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }
}

extension SpanAttributes {
  fileprivate var json: JSONValue {
    var all: [(name: String, value: JSONValue)] = []
    forEach { name, attribute in
      if let value = attribute.json { all.append((name, value)) }
    }
    return .array(all.sorted { $0.name < $1.name }.map { .attribute($0.name, $0.value) })
  }
}

extension SpanAttribute {
  /// The value; nil for a kind that a later version of the library brings.
  fileprivate var json: JSONValue? {
    func list<Value>(_ values: [Value], _ write: (Value) -> JSONValue) -> JSONValue {
      ["arrayValue": ["values": .array(values.map(write))]]
    }
    func text(_ value: String) -> JSONValue { ["stringValue": .string(value)] }
    func whole(_ value: some BinaryInteger) -> JSONValue { ["intValue": .string("\(value)")] }
    func real(_ value: Double) -> JSONValue { ["doubleValue": .number(value)] }
    func truth(_ value: Bool) -> JSONValue { ["boolValue": .boolean(value)] }
    return switch self {
    case .int32(let value): whole(value)
    case .int64(let value): whole(value)
    case .int32Array(let values): list(values, whole)
    case .int64Array(let values): list(values, whole)
    case .double(let value): real(value)
    case .doubleArray(let values): list(values, real)
    case .bool(let value): truth(value)
    case .boolArray(let values): list(values, truth)
    case .string(let value): text(value)
    case .stringArray(let values): list(values, text)
    case .stringConvertible(let value): text("\(value)")
    case .stringConvertibleArray(let values): list(values) { text("\($0)") }
    // The library's enum may grow.
    default: nil
    }
  }
}

extension Histogram {
  fileprivate func point(_ attributes: [JSONValue], from start: UInt64, to now: UInt64) -> JSONValue {
    [
      "attributes": .array(attributes), "startTimeUnixNano": .wide(start), "timeUnixNano": .wide(now),
      "count": .string(String(count)), "sum": .number(sum),
      "bucketCounts": .array(counts.map { .string(String($0)) }), "explicitBounds": .array(bounds.map { .number($0) }),
    ]
  }
}
