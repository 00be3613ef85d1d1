import InkNN
package import InkTensor

/// Takes singular values away that matter least: those whose matrices' elements had the smallest products of weight and
/// gradient, smoothed over the steps and multiplied by how much they varied (Zhang et al., 2023, section 3.2).
package final class RankAllocator {
  private let schedule: RankSchedule
  /// All tensors of the parts, in order: down, values, ups.
  private let entries: [Entry]
  private var averages: [Averages]
  /// For each value of each part whether it stays.
  private var kept: [[Bool]]

  private struct Entry {
    let name: String
    let tensor: Tensor
  }

  private struct Averages {
    var sensitivity: [Float]
    var uncertainty: [Float]
  }

  package init(_ schedule: RankSchedule) {
    self.schedule = schedule
    entries = schedule.parts.flatMap { part in
      [Entry(name: "\(part.name).down", tensor: part.down), Entry(name: "\(part.name).values", tensor: part.values)]
        + part.ups.enumerated().map { Entry(name: "\(part.name).up.\($0)", tensor: $1) }
    }
    averages = entries.map { entry in
      let zeros = [Float](repeating: 0, count: entry.tensor.elementCount)
      return Averages(sensitivity: zeros, uncertainty: zeros)
    }
    kept = schedule.parts.map { [Bool](repeating: true, count: $0.rank) }
  }

  /// How many values each part has left.
  package var ranks: [Int] { kept.map { $0.count { $0 } } }

  /// Looks at the weights behind an update.
  ///
  /// - Parameters:
  ///   - step: how many were done, this one among them.
  ///   - scale: what the gradients were multiplied with by clipping.
  package func update(after step: Int, gradients: (Tensor) -> Tensor?, scale: GradientScale, on cpu: CPU) {
    if step < schedule.steps - schedule.final { observe(gradients, scale) }
    switch schedule.decision(after: step) {
    case .none: return
    case .keep(let count): decide(count)
    case .asDecided: break
    }
    clear(on: cpu)
  }

  private func observe(_ gradients: (Tensor) -> Tensor?, _ scale: GradientScale) {
    let (first, second) = (schedule.sensitivityDecay, schedule.uncertaintyDecay)
    for (index, entry) in entries.enumerated() {
      guard let gradient = gradients(entry.tensor) else { continue }
      let (values, slopes) = (entry.tensor.toArray(), gradient.toArray())
      for element in values.indices {
        let slope = min(max(slopes[element] * scale.factor, -scale.limit), scale.limit)
        let now = abs(values[element] * slope)
        let mean = first * averages[index].sensitivity[element] + (1 - first) * now
        averages[index].sensitivity[element] = mean
        averages[index].uncertainty[element] =
          second * averages[index].uncertainty[element] + (1 - second) * abs(now - mean)
      }
    }
  }

  /// Chooses which values stay, the better ones; equal ones go together.
  private func decide(_ count: Int) {
    let scores = scores()
    let all = scores.flatMap { $0 }.sorted()
    guard count < all.count else {
      kept = kept.map { [Bool](repeating: true, count: $0.count) }
      return
    }
    let limit = all[all.count - max(count, 0) - 1]
    kept = scores.map { $0.map { $0 > limit } }
  }

  /// For each value of each part: its own score and the mean ones of its row and its column.
  private func scores() -> [[Double]] {
    var next = 0
    return schedule.parts.map { part in
      let rank = part.rank
      let (down, values) = (elementScores(next), elementScores(next + 1))
      let inputs = down.count / max(rank, 1)
      var scores = (0..<rank).map { row in
        values[row] + down[row * inputs..<(row + 1) * inputs].reduce(0, +) / Double(max(inputs, 1))
      }
      next += 2
      var (columns, outputs) = ([Double](repeating: 0, count: rank), 0)
      for _ in part.ups {
        let up = elementScores(next)
        next += 1
        outputs += up.count / max(rank, 1)
        for index in up.indices { columns[index % rank] += up[index] }
      }
      for index in scores.indices { scores[index] += columns[index] / Double(max(outputs, 1)) }
      return scores
    }
  }

  private func elementScores(_ index: Int) -> [Double] {
    zip(averages[index].sensitivity, averages[index].uncertainty).map { Double($0) * Double($1) }
  }

  private func clear(on cpu: CPU) {
    for (part, kept) in zip(schedule.parts, kept) where kept.contains(false) {
      let values = zip(part.values.toArray(), kept).map { $1 ? $0 : 0 }
      cpu.copy(Tensor(values, shape: part.values.shape), into: part.values)
    }
  }
}

@available(*, unavailable)
extension RankAllocator: Sendable {}

// MARK: - Checkpoints

extension RankAllocator {
  /// What decisions depend on, by name.
  package var state: [(name: String, tensor: Tensor)] {
    let means = zip(entries, averages).flatMap { entry, averages in
      [
        ("\(entry.name).sensitivity", Tensor(averages.sensitivity, shape: entry.tensor.shape)),
        ("\(entry.name).uncertainty", Tensor(averages.uncertainty, shape: entry.tensor.shape)),
      ]
    }
    return means
      + zip(schedule.parts, kept).map { part, kept in
        ("\(part.name).kept", Tensor(kept.map { $0 ? 1 : 0 }, shape: [kept.count]))
      }
  }

  /// Goes on where a stored state of the same parts stopped, to the bit.
  ///
  /// - Throws: `mismatch` when a tensor is missing or has another shape; nothing is changed then.
  package func restore(_ stored: [(name: String, tensor: Tensor)]) throws(TrainingError) {
    let found = Dictionary(stored.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    func elements(_ name: String, _ shape: Shape) throws(TrainingError) -> [Float] {
      guard let tensor = found[name], tensor.shape == shape, tensor.dtype == .f32, tensor.isContiguous else {
        throw TrainingError(
          .mismatch, context: name, expected: "F32 \(shape)",
          found: found[name].map { "\($0.dtype.rawValue) \($0.shape)" } ?? "none")
      }
      return tensor.toArray()
    }
    var (means, flags) = ([Averages](), [[Bool]]())
    for entry in entries {
      means.append(
        Averages(
          sensitivity: try elements("\(entry.name).sensitivity", entry.tensor.shape),
          uncertainty: try elements("\(entry.name).uncertainty", entry.tensor.shape)))
    }
    for part in schedule.parts { flags.append(try elements("\(part.name).kept", [part.rank]).map { $0 != 0 }) }
    (averages, kept) = (means, flags)
  }
}
