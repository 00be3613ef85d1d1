import InkTensor

/// A value on the stack of a ``PickleMachine``.
///
/// Whatever holds other values is kept in the ``PickleHeap`` and named by its number: what a file nests a million times
/// or ties into a ring is released like a flat list, and a value that is used twice is held once.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  /// A whole number beyond `Int`, little-endian, in two's complement.
  case long([UInt8])
  case double(Double)
  case text(String)
  case bytes([UInt8])
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
  /// A value that is understood and of no interest for weights, for example a device.
  case opaque(String)

  /// What to call the value in a message.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a boolean"
    case .int(let value): "the number \(value)"
    case .long: "a very large number"
    case .double: "a floating-point number"
    case .text(let text): "the string \(FormatError.quoted(text))"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let global): global.description
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .opaque(let name): name
    }
  }
}

/// What a pickle says about a storage: where its bytes are is the container's business.
struct PickleStorage: Sendable {
  /// The element type; nil when the tensors say it.
  let dtype: DType?
  /// The name of the storage in its file.
  let key: String
  /// The number of elements, or of bytes without a dtype.
  let count: Int
}

/// What a pickle says about a tensor.
struct PickleTensor: Sendable {
  let storage: Int
  let dtype: DType
  /// In elements from the start of the storage.
  let offset: Int
  let extents: [Int]
  let strides: [Int]
}

/// Everything in a pickle that holds something else.
struct PickleHeap: Sendable {
  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []

  mutating func tuple(_ elements: [PickleValue]) -> PickleValue {
    tuples.append(elements)
    return .tuple(tuples.count - 1)
  }

  mutating func list(_ elements: [PickleValue] = []) -> PickleValue {
    lists.append(elements)
    return .list(lists.count - 1)
  }

  mutating func dictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  /// The elements of a tuple or list.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let number): tuples[number]
    case .list(let number): lists[number]
    default: nil
    }
  }
}
