import InkTensor

/// Names, types and shapes of the state of some weights, as bytes: what a process must know to make room for it.
package struct StateOutline: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    let name: String
    let dtype: DType
    let shape: [Int]
  }

  /// The entries of each weight.
  let entries: [[Entry]]

  init(entries: [[Entry]]) { self.entries = entries }

  package init(of state: [[StateEntry]]) {
    entries = state.map { $0.map { Entry(name: $0.name, dtype: $0.tensor.dtype, shape: $0.tensor.shape.array) } }
  }

  /// Numbers of eight bytes, least significant first; texts behind their length.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func put(_ value: Int) { for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (shift * 8))) } }
    func put(_ text: String) {
      put(text.utf8.count)
      bytes += Array(text.utf8)
    }
    put(entries.count)
    for weight in entries {
      put(weight.count)
      for entry in weight {
        put(entry.name)
        put(entry.dtype.rawValue)
        put(entry.shape.count)
        entry.shape.forEach(put)
      }
    }
    return bytes
  }

  /// Reads what another process wrote.
  package init(bytes: [UInt8]) throws(TrainingError) {
    var reader = Reader(bytes: bytes)
    var entries: [[Entry]] = []
    for _ in 0..<(try reader.count()) {
      var weight: [Entry] = []
      for _ in 0..<(try reader.count()) {
        let name = try reader.text()
        guard let dtype = DType(rawValue: try reader.text()) else { throw Reader.damaged }
        var shape: [Int] = []
        for _ in 0..<(try reader.count()) { shape.append(try reader.number()) }
        weight.append(Entry(name: name, dtype: dtype, shape: shape))
      }
      entries.append(weight)
    }
    self.entries = entries
  }

  /// Room for the state: a tensor for each entry.
  package func makeRoom() throws(TrainingError) -> [[StateEntry]] {
    var state: [[StateEntry]] = []
    for weight in entries {
      var made: [StateEntry] = []
      for entry in weight {
        guard entry.shape.count <= Shape.maximumRank,
          let tensor = Tensor.room(Shape(entry.shape), dtype: entry.dtype)
        else { throw Reader.damaged }
        made.append(StateEntry(name: entry.name, tensor: tensor))
      }
      state.append(made)
    }
    return state
  }

  private struct Reader {
    static let damaged = TrainingError(
      .communication, context: "the state of an optimizer from another process", found: "bytes that describe none",
      hint: "Start every process with the same version of the program.")

    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() throws(TrainingError) -> Int {
      guard bytes.count - position >= 8 else { throw Self.damaged }
      let value = (0..<8).reduce(0) { $0 | Int(bytes[position + $1]) << ($1 * 8) }
      position += 8
      return value
    }

    /// A number of things of at least a byte each, which must lie in the rest.
    mutating func count() throws(TrainingError) -> Int {
      let value = try number()
      guard value >= 0, value <= bytes.count - position else { throw Self.damaged }
      return value
    }

    mutating func text() throws(TrainingError) -> String {
      let count = try count()
      guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else { throw Self.damaged }
      position += count
      return text
    }
  }
}
