import Foundation
import InkData
import InkTensor
import InkTraining
import Testing

/// Compares the gradients of a training pass with central differences of the loss that it gives.
struct PassGradientCheck {
  /// How far a weight is moved to either side.
  private static let step: Float = 3e-3
  /// The relative error that rounding allows, measured against the largest gradient of a weight.
  private static let tolerance = 1e-2
  /// Elements of a weight that are looked at.
  private static let elements = 5

  private let cpu = CPU(threads: 2)

  /// Moves all weights away from where they begin, so that no gradient is zero for being multiplied with a zero.
  func scatter(_ parameters: [Parameter]) {
    for parameter in parameters {
      let stream = RandomStream(seed: 7, name: parameter.name)
      let moved = parameter.value.toArray().enumerated().map { $1 + 0.1 * Float(stream.normal(at: UInt64($0))) }
      cpu.copy(Tensor(moved, shape: parameter.value.shape), into: parameter.value)
    }
  }

  func callAsFunction<Model: TrainedModel>(
    _ model: Model, _ batch: BatchStep<Model.Batch>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func loss(into store: GradientStore) throws -> Double {
      try GradientPass(model: model, store: store, adversarial: nil, seed: 1, cpu: cpu)
        .run(batch.parts, weight: batch.lossWeight, step: 0)
    }
    let store = GradientStore(of: model.parameters.map(\.value))
    _ = try loss(into: store)
    for parameter in model.parameters {
      let start = parameter.value.toArray()
      let found = try #require(store[parameter.value], "\(parameter.name)", sourceLocation: sourceLocation).toArray()
      let scale = max(found.map { Double(abs($0)) }.max() ?? 0, 0.05)
      for place in Set((0..<Self.elements).map { $0 * (start.count - 1) / (Self.elements - 1) }) {
        func moved(_ shift: Float) throws -> Double {
          var values = start
          values[place] += shift
          cpu.copy(Tensor(values, shape: parameter.value.shape), into: parameter.value)
          return try loss(into: GradientStore(of: model.parameters.map(\.value)))
        }
        let slope = try (moved(Self.step) - moved(-Self.step)) / Double(2 * Self.step)
        #expect(
          abs(Double(found[place]) - slope) <= Self.tolerance * scale,
          "\(parameter.name) element \(place): \(found[place]) for \(slope)", sourceLocation: sourceLocation)
      }
      cpu.copy(Tensor(start, shape: parameter.value.shape), into: parameter.value)
    }
  }

  /// The first step of a task's data, in order.
  static func step<Task: TrainingTask>(
    of task: Task, _ path: String, documents: TextDocuments = TextDocuments(), rows: Int = 4
  ) throws -> BatchStep<Task.Batch> {
    var source = DataSource(name: "data", paths: [path])
    source.documents = documents
    let mixture = try DataMixture([Dataset(source)], seed: 1, order: .given, exhaustion: .never)
    var stream = try BatchStream(mixture, task: task, plan: BatchPlan(size: .rows(rows)))
    return try #require(try stream.next())
  }
}
