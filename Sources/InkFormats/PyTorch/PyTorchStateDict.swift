/// The names of tensors in the value of a PyTorch file.
///
/// The rule: the first of `state_dict`, `model_state_dict`, `model` and `module` that is a dictionary with tensors is
/// looked into, as often as there is one; what is reached so is the state dictionary. In it, dictionaries inside become
/// parts of the names, joined with a dot. What is no tensor, or lies beside the way, is listed as skipped.
struct PyTorchStateDict {
  private(set) var tensors: [(name: String, tensor: Int)] = []
  private(set) var skipped: [String] = []
  private let heap: PickleHeap
  private let file: String
  private var visited = 0
  private var nameByteCount = 0

  private static let knownKeys = ["state_dict", "model_state_dict", "model", "module"]
  /// Dictionaries may be shared or tied into a ring, so both depth and number are bounded.
  private static let maximumDepth = 16
  private static let maximumEntries = 1 << 20
  private static let maximumNameByteCount = 1 << 27

  init(_ root: PickleValue, heap: PickleHeap, file: String) throws(FormatError) {
    self.heap = heap
    self.file = file
    guard case .dictionary = root else {
      throw FormatError(
        .unsupported, file: file, expected: "a dictionary of tensors", found: root.kind,
        hint: "Save the state_dict of the model.")
    }
    let chosen = try choose(root)
    try flatten(chosen, prefix: "", depth: 0)
    if tensors.isEmpty {
      throw FormatError(
        .missing, file: file, context: "tensors", expected: "a dictionary that holds some",
        found: skipped.prefix(6).joined(separator: ", "))
    }
  }

  /// Goes down to the state dictionary; what lies beside the way is skipped.
  private mutating func choose(_ root: PickleValue) throws(FormatError) -> PickleValue {
    var current = root
    var prefix = ""
    for _ in 0..<PyTorchStateDict.maximumDepth {
      guard case .dictionary(let number) = current,
        let (key, next) = firstKnown(heap.dictionaries[number])
      else { return current }
      for entry in heap.dictionaries[number] {
        if case .text(key) = entry.key { continue }
        skipped.append(try name(prefix, entry.key))
      }
      current = next
      prefix += "\(key)."
    }
    return current
  }

  /// The first of the known keys under which there are tensors; of a key that is set twice the last value counts.
  private func firstKnown(_ entries: [(key: PickleValue, value: PickleValue)]) -> (key: String, value: PickleValue)? {
    for key in PyTorchStateDict.knownKeys {
      let last = entries.last { if case .text(key) = $0.key { true } else { false } }
      if let last, case .dictionary(let inside) = last.value, leadsToTensor(inside) { return (key, last.value) }
    }
    return nil
  }

  /// Whether a tensor is reached through dictionaries, each of which is looked at once.
  private func leadsToTensor(_ number: Int) -> Bool {
    var seen: Set<Int> = [number]
    var open = [number]
    while let next = open.popLast() {
      for entry in heap.dictionaries[next] {
        switch entry.value {
        case .tensor: return true
        case .dictionary(let inside): if seen.insert(inside).inserted { open.append(inside) }
        default: continue
        }
      }
    }
    return false
  }

  private mutating func flatten(_ value: PickleValue, prefix: String, depth: Int) throws(FormatError) {
    guard case .dictionary(let number) = value else { return }
    guard depth < PyTorchStateDict.maximumDepth else {
      throw FormatError(
        .outOfRange, file: file, context: FormatError.quoted(prefix),
        expected: "at most \(PyTorchStateDict.maximumDepth) dictionaries inside each other", found: "more")
    }
    for (key, value) in heap.dictionaries[number] {
      visited += 1
      guard visited <= PyTorchStateDict.maximumEntries else {
        throw FormatError(
          .outOfRange, file: file, expected: "at most \(PyTorchStateDict.maximumEntries) entries", found: "more")
      }
      let name = try name(prefix, key)
      switch value {
      case .tensor(let tensor): tensors.append((name, tensor))
      case .dictionary: try flatten(value, prefix: name + ".", depth: depth + 1)
      default: skipped.append(name)
      }
    }
  }

  /// Bounds the text of all names together: one long key may be the prefix of many.
  private mutating func name(_ prefix: String, _ key: PickleValue) throws(FormatError) -> String {
    let name = prefix + PyTorchStateDict.text(key)
    nameByteCount += name.utf8.count
    guard nameByteCount <= PyTorchStateDict.maximumNameByteCount else {
      throw FormatError(
        .outOfRange, file: file, expected: "names of at most \(PyTorchStateDict.maximumNameByteCount) bytes together",
        found: "more")
    }
    return name
  }

  private static func text(_ key: PickleValue) -> String {
    switch key {
    case .text(let text): text
    case .int(let number): String(number)
    default: "(\(key.kind))"
    }
  }
}
