package import InkFormats
import InkTensor

/// How many tensors, parameters and bytes there are of each type.
package struct TensorHistogram: Sendable, Equatable {
  /// One type.
  package struct Entry: Sendable, Equatable {
    /// The type's name, such as `Q4_1`.
    package let type: String
    /// How many tensors have it.
    package var tensors: Int
    /// How many numbers they hold.
    package var parameters: Int
    /// The bytes they take.
    package var bytes: Int
  }

  /// The types, the one with the most parameters first.
  package let entries: [Entry]

  /// Counts tensors.
  package init(_ infos: [TensorInfo]) {
    var byType: [String: Entry] = [:]
    for info in infos {
      let type = Self.name(info.type)
      var entry = byType[type] ?? Entry(type: type, tensors: 0, parameters: 0, bytes: 0)
      entry.tensors += 1
      entry.parameters += info.shape.elementCount
      entry.bytes += info.byteCount
      byType[type] = entry
    }
    entries = byType.values.sorted { ($1.parameters, $0.type) < ($0.parameters, $1.type) }
  }

  /// The name of a type.
  package static func name(_ type: ElementType) -> String {
    switch type {
    case .dense(let dtype): dtype.rawValue
    case .packed(let format): format.name
    }
  }
}
