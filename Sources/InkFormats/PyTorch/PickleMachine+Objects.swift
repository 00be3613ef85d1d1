import InkTensor

extension PickleMachine {
  /// Names, and what is made with them.
  mutating func runObject(_ opcode: PickleOpcode) throws(FormatError) {
    switch opcode {
    case .global:
      let (module, name) = try globalLines()
      push(try global(module, name))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw failure(.malformed, "a module and a name", "something else")
      }
      push(try global(module, name))
    case .reduce, .newObject:
      let arguments = try pop()
      let callee = try pop()
      guard case .tuple(let number) = arguments else { throw failure(.malformed, "a tuple", arguments.kind) }
      guard case .global(let global) = callee else {
        throw failure(.unsupported, "a known name", callee.kind, hint: PickleMachine.refusalHint)
      }
      push(try rebuild(global, heap.tuples[number]))
    case .build: try build()
    case .persistentId: push(try storage(try pop()))
    default: throw failure(.unsupported, "an opcode that only holds data", "\(opcode)", hint: PickleMachine.refusalHint)
    }
  }

  private func global(_ module: String, _ name: String) throws(FormatError) -> PickleValue {
    if let global = PickleGlobal(module: module, name: name) { return .global(global) }
    throw failure(
      .unsupported, "one of the names that tensors are saved with", FormatError.quoted("\(module).\(name)"),
      hint: PickleMachine.refusalHint)
  }

  private mutating func rebuild(_ global: PickleGlobal, _ arguments: [PickleValue]) throws(FormatError) -> PickleValue {
    switch global {
    case .rebuildTensor: return try tensor(arguments, typed: nil)
    case .rebuildTypedTensor:
      guard arguments.count >= 7, case .global(.dtype(let dtype)) = arguments[6] else {
        throw failure(.malformed, "a tensor with its dtype", "\(arguments.count) arguments")
      }
      return try tensor(arguments, typed: dtype)
    case .rebuildParameter:
      guard let first = arguments.first, case .tensor = first else {
        throw failure(.malformed, "the tensor of a parameter", arguments.first?.kind ?? "nothing")
      }
      return first
    case .orderedDictionary:
      let made = heap.dictionary()
      guard case .dictionary(let number) = made, let pairs = arguments.first else { return made }
      guard let elements = heap.elements(pairs) else { throw failure(.malformed, "a list of pairs", pairs.kind) }
      try spend(elements.count)
      for pair in elements {
        guard let both = heap.elements(pair), both.count == 2 else { throw failure(.malformed, "pairs", pair.kind) }
        heap.dictionaries[number].append((both[0], both[1]))
      }
      return made
    case .set, .size:
      guard let first = arguments.first else { return heap.tuple([]) }
      guard heap.elements(first) != nil else { throw failure(.malformed, "a tuple or list", first.kind) }
      return first
    case .encodeText:
      guard case .text(let text)? = arguments.first else {
        throw failure(.malformed, "a string", arguments.first?.kind ?? "nothing")
      }
      try spend(text.utf8.count)
      return .bytes(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    case .device, .numpyScalar, .numpyDType: return .opaque(global.description)
    case .storage, .untypedStorage, .dtype:
      throw failure(.unsupported, "a tensor or a container", "a call of \(global)", hint: PickleMachine.refusalHint)
    }
  }

  /// What an object is told after it was made: attributes of a state dictionary (its versions), the byte order of a
  /// NumPy type. None of it says anything about tensors.
  private mutating func build() throws(FormatError) {
    _ = try pop()
    switch try top() {
    case .dictionary, .opaque: return
    default:
      throw failure(.unsupported, "a dictionary", "a state for \(try top().kind)", hint: PickleMachine.refusalHint)
    }
  }

  /// `("storage", type, key, location, count)`, in files without ZIP followed by a view, which newer versions leave
  /// empty.
  private mutating func storage(_ id: PickleValue) throws(FormatError) -> PickleValue {
    guard case .tuple(let number) = id else { throw failure(.malformed, "the place of a storage", id.kind) }
    let parts = heap.tuples[number]
    guard parts.count >= 5, case .text("storage") = parts[0], case .global(let type) = parts[1],
      case .text(let key) = parts[2], case .int(let count) = parts[4], count >= 0
    else { throw failure(.malformed, "the place of a storage", "\(parts.count) other values") }
    if parts.count > 5 {
      guard case .none = parts[5] else {
        throw failure(.unsupported, "a whole storage", "a view of one", hint: "Save the file with a newer PyTorch.")
      }
    }
    let dtype: DType?
    switch type {
    case .storage(let stated): dtype = stated
    case .untypedStorage: dtype = nil
    default: throw failure(.malformed, "a storage type", "\(type)")
    }
    heap.storages.append(PickleStorage(dtype: dtype, key: key, count: count))
    return .storage(heap.storages.count - 1)
  }

  /// `(storage, offset, size, stride, requires_grad, hooks, …, metadata)`.
  private mutating func tensor(_ arguments: [PickleValue], typed: DType?) throws(FormatError) -> PickleValue {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .int(let offset) = arguments[1],
      let extents = whole(arguments[2]), let strides = whole(arguments[3])
    else { throw failure(.malformed, "a storage with offset, size and stride", "\(arguments.count) other values") }
    guard let dtype = typed ?? heap.storages[storage].dtype else {
      throw failure(.malformed, "the dtype of an untyped storage", "none")
    }
    // Flags such as a pending conjugation or negation: the stored numbers are not the tensor's.
    if let last = arguments.last, arguments.count > (typed == nil ? 6 : 7), case .dictionary(let number) = last,
      !heap.dictionaries[number].isEmpty
    {
      throw failure(.unsupported, "a plain tensor", "one with pending operations", hint: PickleMachine.refusalHint)
    }
    guard extents.count <= Shape.maximumRank else {
      throw failure(.unsupported, "at most \(Shape.maximumRank) axes", "\(extents.count)")
    }
    guard extents.count == strides.count, offset >= 0, extents.allSatisfy({ $0 >= 0 }),
      strides.allSatisfy({ $0 >= 0 })
    else { throw failure(.malformed, "sizes and strides that fit", "\(extents) and \(strides)") }
    heap.tensors.append(
      PickleTensor(storage: storage, dtype: dtype, offset: offset, extents: extents, strides: strides))
    return .tensor(heap.tensors.count - 1)
  }

  private func whole(_ value: PickleValue) -> [Int]? {
    guard let elements = heap.elements(value), elements.count <= 64 else { return nil }
    var numbers: [Int] = []
    for element in elements {
      guard case .int(let number) = element else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
