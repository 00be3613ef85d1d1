import InkData
import InkTensor
import InkTraining
import Synchronization

/// Learns which byte follows which from rows of a table, and notes how each pass found it.
struct WatchedModel: TrainedModel {
  struct Pass: Sendable {
    let table: [Float]
    let perturbation: [Float]?
    let loss: Double?
  }

  /// What was noted, shared by copies of the model.
  final class Log: Sendable {
    private let noted = Mutex<[Pass]>([])

    func note(_ pass: Pass) { noted.withLock { $0.append(pass) } }

    var passes: [Pass] { noted.withLock { $0 } }
  }

  static let width = 6
  let parameters: [Parameter]
  let log = Log()

  init() {
    func weight(_ name: String) -> Parameter {
      var random = RandomStream(seed: 9, name: name)
      let values = (0..<128 * Self.width).map { _ in Float(random.nextUniform() - 0.5) }
      return Parameter(name: name, value: Tensor(values, shape: [128, Self.width]).asParameter())
    }
    parameters = [weight("embedding.weight"), weight("head.weight")]
  }

  func operations(of batch: SuccessorBatch) -> Double { 0 }

  func embeddingShape(of batch: SuccessorBatch) -> Shape { [batch.inputs.count, Self.width] }

  func loss(
    of batch: SuccessorBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let loss = cpu.crossEntropy(
      rows(batch, perturbation, cpu), weight: .dense(parameters[1].value), bias: nil, targets: batch.targets,
      rowWeights: batch.targets.map { _ in Float(share) }, settings: CrossEntropySettings()
    ).loss
    note(perturbation, loss: Double(loss.toArray()[0]))
    return loss
  }

  func predictions(
    of batch: SuccessorBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions {
    note(perturbation, loss: nil)
    return Predictions(
      logits: cpu.matmul(rows(batch, perturbation, cpu), parameters[1].value, order: .transposed),
      weights: batch.targets.map { _ in Float(share) })
  }

  private func rows(_ batch: SuccessorBatch, _ perturbation: Tensor?, _ cpu: CPU) -> Tensor {
    let rows = cpu.gatherRows(batch.inputs.map(Int.init), of: .dense(parameters[0].value))
    return perturbation.map { cpu.add(rows, $0) } ?? rows
  }

  private func note(_ perturbation: Tensor?, loss: Double?) {
    log.note(Pass(table: parameters[0].value.toArray(), perturbation: perturbation?.toArray(), loss: loss))
  }

  /// The bits of all weights.
  var bits: [[UInt32]] { parameters.map { $0.value.toArray().map(\.bitPattern) } }

  /// A batch of a line.
  static func batch(_ text: String) -> SuccessorBatch {
    let bytes = text.utf8.map { Int32($0 & 127) }
    return SuccessorBatch(inputs: Array(bytes.dropLast()), targets: Array(bytes.dropFirst()), origins: [])
  }
}
