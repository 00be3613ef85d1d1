import InkNN
import InkTensor

extension DecoderStep {
  /// What a layer makes of tensors, computed again on the way back instead of keeping what lies between.
  func recomputing(
    _ inputs: [Tensor], _ layer: @escaping @Sendable (DecoderStep, [Tensor]) -> Tensor
  ) -> Tensor {
    // The numbers of distances are an input too, so that gradients come to them.
    let bias = distanceBias
    return cpu.checkpointed(inputs + (bias.map { [$0.numbers] } ?? [])) { cpu, all in
      let known = bias.map { DistanceBias(reach: $0.reach, numbers: all[all.count - 1]) }
      return layer(self.on(cpu, distanceBias: known), Array(all.prefix(inputs.count)))
    }
  }
}
