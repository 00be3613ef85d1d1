import Foundation
import InkData
import InkTensor
import InkTraining

/// Learns which byte follows which: the smallest thing with data, a loss, weights and an optimizer's memory.
struct SuccessorModel: InkTraining.TrainedModel {
  typealias Batch = SuccessorBatch

  static let width = 4
  let parameters: [Parameter]

  init(seed: UInt64) {
    func weight(_ name: String, _ shape: Shape) -> Parameter {
      var random = RandomStream(seed: seed, name: name)
      let values = (0..<shape.elementCount).map { _ in Float(random.nextUniform() - 0.5) }
      return Parameter(name: name, value: Tensor(values, shape: shape).asParameter())
    }
    parameters = [weight("table", [128, Self.width]), weight("head", [128, Self.width]), weight("bias", [128])]
  }

  func operations(of batch: SuccessorBatch) -> Double { Double(6 * batch.tokenCount * 256 * Self.width) }

  func embeddingShape(of batch: SuccessorBatch) -> Shape { [batch.inputs.count, Self.width] }

  func loss(
    of batch: SuccessorBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let rows = cpu.gatherRows(batch.inputs.map(Int.init), of: .dense(parameters[0].value))
    return cpu.crossEntropy(
      rows, weight: .dense(parameters[1].value), bias: parameters[2].value, targets: batch.targets,
      rowWeights: [Float](repeating: Float(share), count: batch.targets.count), settings: CrossEntropySettings()
    ).loss
  }

  /// The bits of all weights.
  var bits: [[UInt32]] { parameters.map { $0.value.toArray().map(\.bitPattern) } }
}

struct SuccessorSample: TrainingSample {
  let bytes: [Int32]
  let origin: RecordOrigin

  var tokenCount: Int { bytes.count }
}

struct SuccessorBatch: TrainingBatch {
  let inputs: [Int32]
  let targets: [Int32]
  let origins: [RecordOrigin]

  var tokenCount: Int { inputs.count }
  var lossWeight: Double { Double(targets.count) }
}

struct SuccessorTask: TrainingTask {
  func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [SuccessorSample] {
    guard case .text(let text) = example else { return [] }
    return [SuccessorSample(bytes: text.utf8.map { Int32($0 & 127) }, origin: draw.origin)]
  }

  func batch(of samples: [SuccessorSample]) -> SuccessorBatch {
    SuccessorBatch(
      inputs: samples.flatMap { $0.bytes.dropLast() }, targets: samples.flatMap { $0.bytes.dropFirst() },
      origins: samples.map(\.origin))
  }
}
