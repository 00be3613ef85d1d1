import CInkKernels

/// Adam whose moments are kept in 8 bits, block by block (Dettmers et al., 2022). A block has a scale of its own, so
/// that one large number costs only its neighbours precision. Small tensors keep moments in f32.
package struct CodedAdamRule: UpdateRule, Hashable {
  package let adam: AdamRule
  /// Elements that share a scale: a multiple of 16, at most 2048.
  package let block: Int
  /// Weights of fewer elements keep f32 moments.
  package let smallest: Int

  /// - Throws: `outOfRange` for a block that is none.
  package init(adam: AdamRule, block: Int, smallest: Int) throws(TensorError) {
    guard block > 0, block <= Int(INK_CODE_BLOCK), block.isMultiple(of: 16) else {
      throw TensorError(
        .outOfRange, context: "8-bit moments",
        expected: "blocks of a multiple of 16 elements, at most \(INK_CODE_BLOCK)",
        found: "\(block)")
    }
    self.adam = adam
    self.block = block
    self.smallest = smallest
  }

  private func isCoded(_ shape: Shape) -> Bool { shape.elementCount >= smallest && shape.elementCount > 0 }

  package func slots(for shape: Shape) -> [StateSlot] {
    guard isCoded(shape) else { return adam.slots(for: shape) }
    let blocks: Shape = [(shape.elementCount + block - 1) / block]
    return [
      StateSlot("first_moment.codes", shape, start: .code(DynamicCode.signed.zero)),
      StateSlot("first_moment.scales", blocks),
      StateSlot("second_moment.codes", shape, start: .code(DynamicCode.unsigned.zero)),
      StateSlot("second_moment.scales", blocks),
    ]
  }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    adam.apply(parts.filter { !isCoded($0.value.shape) }, scale: scale, on: cpu)
    let parts = parts.filter { isCoded($0.value.shape) }
    let steps = parts.map { adam.step(of: $0, scale: scale) }
    let kernels = cpu.updates
    DynamicCode.signed.withMap { first in
      DynamicCode.unsigned.withMap { second in
        cpu.forEachPart(parts.map(\.count), unit: block, cost: 4) { index, range in
          // Taken once a range: counting references to a tensor costs as much as a block.
          let part = parts[index]
          let (value, gradient) = (part.value.floats, part.gradient.floats)
          let (firstCodes, firstScales) = (part.state[0].codes, part.state[1].floats)
          let (secondCodes, secondScales) = (part.state[2].codes, part.state[3].floats)
          withUnsafePointer(to: steps[index]) { step in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
              var moments = ink_coded_moments(
                first_map: first, second_map: second, first: firstCodes + start, second: secondCodes + start,
                first_scale: firstScales + start / block, second_scale: secondScales + start / block)
              kernels.call.adam_coded(
                step, value + start, gradient + start, &moments, min(block, range.upperBound - start))
            }
          }
        }
      }
    }
  }
}
