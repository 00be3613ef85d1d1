/// The metadata of a GGUF file: keys in the order of the file, values with their types.
///
/// ```swift
/// let architecture = try file.metadata.string(for: "general.architecture")
/// let width = try file.metadata.int(for: "\(architecture).embedding_length")
/// let key = "\(architecture).rope.freq_base"
/// let base = file.metadata.contains(key) ? try file.metadata.double(for: key) : 10_000
/// ```
public struct GGUFMetadata: Sendable, Hashable {
  /// The keys in order.
  public private(set) var keys: [String] = []
  private var values: [String: GGUFValue] = [:]
  /// The file's path, for messages.
  public let path: String

  /// Metadata without entries; `path` stands for it in messages.
  public init(path: String = "memory") { self.path = path }

  /// The value of a key. Setting a new key appends it; setting nil removes it.
  public subscript(key: String) -> GGUFValue? {
    get { values[key] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if values.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
      }
    }
  }

  /// Whether there is such a key.
  public func contains(_ key: String) -> Bool { values[key] != nil }

  /// A string.
  ///
  /// - Throws: `missing` or `typeMismatch`, naming the key, what was expected and what was found. So do all lookups.
  public func string(for key: String) throws(FormatError) -> String {
    guard case .string(let text)? = values[key] else { throw mismatch(key, "a string") }
    return text
  }

  /// A whole number of any width.
  public func int(for key: String) throws(FormatError) -> Int {
    guard let value = values[key]?.int else { throw mismatch(key, "a whole number") }
    return value
  }

  /// A whole number that is not negative, of any width.
  public func uint(for key: String) throws(FormatError) -> UInt64 {
    if case .uint64(let value)? = values[key] { return value }
    guard let value = values[key]?.int, value >= 0 else { throw mismatch(key, "a whole number from 0 on") }
    return UInt64(value)
  }

  /// A number: a floating-point type, or a whole number.
  public func double(for key: String) throws(FormatError) -> Double {
    switch values[key] {
    case .float32(let value)?: return Double(value)
    case .float64(let value)?: return value
    default:
      guard let value = values[key]?.int else { throw mismatch(key, "a number") }
      return Double(value)
    }
  }

  /// A boolean.
  public func bool(for key: String) throws(FormatError) -> Bool {
    guard case .bool(let flag)? = values[key] else { throw mismatch(key, "a boolean") }
    return flag
  }

  /// An array of strings, left where it lies in the file.
  public func strings(for key: String) throws(FormatError) -> GGUFStringArray {
    guard case .array(.strings(let list))? = values[key] else { throw mismatch(key, "an array of strings") }
    return list
  }

  /// An array of whole numbers of any width.
  public func ints(for key: String) throws(FormatError) -> [Int] {
    guard case .array(let array)? = values[key], let list = array.ints else {
      throw mismatch(key, "an array of whole numbers")
    }
    return list
  }

  /// An array of float32.
  public func floats(for key: String) throws(FormatError) -> [Float] {
    guard case .array(.float32(let list))? = values[key] else { throw mismatch(key, "an array of float32") }
    return list
  }

  /// An array of booleans.
  public func bools(for key: String) throws(FormatError) -> [Bool] {
    guard case .array(.bool(let list))? = values[key] else { throw mismatch(key, "an array of booleans") }
    return list
  }

  /// The error that says what stands under `key` instead of `expected`.
  public func mismatch(_ key: String, _ expected: String) -> FormatError {
    let place = "metadata \(FormatError.quoted(key))"
    guard let value = values[key] else {
      let nearest = NameDistance.nearest(to: key, among: keys)
      return FormatError(
        .missing, file: path, context: place, expected: expected,
        hint: nearest.map { "The nearest key is \"\($0)\"." } ?? "")
    }
    return FormatError(.typeMismatch, file: path, context: place, expected: expected, found: value.kind)
  }
}
