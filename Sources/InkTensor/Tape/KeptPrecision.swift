import CInkKernels

/// How a tape keeps what lies between operations until gradients come back.
package enum KeptPrecision: String, Sendable, Hashable, CaseIterable {
  /// As it was computed.
  case f32
  /// Rounded to bf16, in half the memory; the way back reads the rounded numbers. What is computed forward is the same.
  /// Kept so is what maps, gated and other activations, norms and attention read, and what layers are computed again
  /// from.
  case bf16
}

extension Tape {
  /// A tensor as a step keeps it for the way back. Weights, and what has no elements, stay as they are.
  func kept(_ tensor: Tensor, on cpu: CPU) -> Tensor {
    switch precision {
    case .f32: return tensor
    case .bf16:
      if tensor.dtype != .f32 || !tensor.hasElements || tensor.node.map(store.holds) ?? false { return tensor }
      return cpu.narrowed(tensor)
    }
  }
}

extension CPU {
  /// A copy in bf16, each number rounded to the nearest, with the same place on the tape.
  func narrowed(_ tensor: Tensor) -> Tensor {
    let storage = memory.allocate(byteCount: tensor.elementCount * 2)
    return narrowed(tensor, in: storage)
  }

  /// A copy in bf16 in memory of its own, which its owner may change.
  package func roundedToBFloat16(_ tensor: Tensor) -> Tensor {
    narrowed(tensor, in: Storage.allocate(byteCount: tensor.elementCount * 2)).detached
  }

  private func narrowed(_ tensor: Tensor, in storage: Storage) -> Tensor {
    let (from, to) = (tensor.floats, storage.base)
    forEachRow(tensor.elementCount, width: 1, cost: 1) { chunk in
      ink_f32_to_bf16(from + chunk.lowerBound, to + 2 * chunk.lowerBound, chunk.count)
    }
    withExtendedLifetime((tensor, storage)) {}
    return Tensor(
      storage: storage, byteOffset: 0, dtype: .bf16, shape: tensor.shape,
      strides: Tensor.rowMajorStrides(tensor.shape), node: tensor.node)
  }

  /// The f32 numbers of what was kept, with the same place on the tape; the tensor itself where it is f32 already.
  func widened(_ tensor: Tensor) -> Tensor {
    guard tensor.dtype == .bf16, tensor.hasElements else { return tensor }
    let result = allocate(tensor.shape)
    let (from, to) = (tensor.halves, result.floats)
    forEachRow(tensor.elementCount, width: 1, cost: 1) { chunk in
      ink_bf16_to_f32(from + chunk.lowerBound, to + chunk.lowerBound, chunk.count)
    }
    withExtendedLifetime(tensor) {}
    return result.with(node: tensor.node)
  }
}

extension Tensor {
  /// Whether the elements are there: not those of ``hollow``.
  fileprivate var hasElements: Bool { storage !== Storage.empty }

  /// The first element of a contiguous bf16 tensor, for kernels.
  var halves: UnsafeMutablePointer<UInt16> {
    if dtype != .bf16 || !isContiguous { trap("Tensor.halves", "\(dtype.rawValue) \(shape), strides \(strides)") }
    if storage === Storage.empty, elementCount > 0 { trap("Tensor.halves", "elements of \(shape) were not kept") }
    return (storage.base + byteOffset).assumingMemoryBound(to: UInt16.self)
  }
}
